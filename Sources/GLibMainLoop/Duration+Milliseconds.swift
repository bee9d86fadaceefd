extension Duration {
    /// This duration in milliseconds as `g_timeout_source_new` takes it, rounded up.
    var wholeMilliseconds: UInt32 {
        guard self > .zero else { return 0 }
        let (seconds, attoseconds) = components
        guard seconds <= Int64(UInt32.max / 1000) else { return .max }
        return UInt32(clamping: seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
