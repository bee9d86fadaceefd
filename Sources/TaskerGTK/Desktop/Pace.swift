/// Says when something that changes all the time may be told: at once, and then so often at most.
struct Pace {
    private let interval: Duration
    private var last: Duration?
    private var isDue = false

    /// Told every 125 ms, of which there are no more than eight in a second, and one at the end.
    static let ofDesktop = Pace(every: .milliseconds(125))

    init(every interval: Duration) {
        self.interval = interval
    }

    /// There is something to be told.
    mutating func request() {
        isDue = true
    }

    /// Whether it may be told now; then it counts as told.
    mutating func take(at now: Duration) -> Bool {
        guard let next, next <= now else { return false }
        (last, isDue) = (now, false)
        return true
    }

    /// When it may be told; nil: there is nothing.
    var next: Duration? {
        guard isDue else { return nil }
        return last.map { $0 + interval } ?? .zero
    }
}
