extension Duration {
    /// Zero or more, and no more than ten years: clocks trap on what their nanoseconds cannot hold.
    var bounded: Duration {
        min(max(self, .zero), .seconds(10 * 365 * 86_400))
    }
}
