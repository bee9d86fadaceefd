import CTaskerGLib
import GLibMainLoop
import Tasker

/// What a window would draw while something goes on: a source of 60 Hz at the priority at which GTK draws.
@MainActor
final class Ticks {
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var last: ContinuousClock.Instant
    private var longest = Duration.zero
    private var kept = 0
    private var source: EventSource?

    static let interval = Duration.milliseconds(16)

    init() {
        (start, last) = (clock.now, clock.now)
        source = MainContext.default.addTimeout(every: Self.interval, priority: .redraw) { [weak self] in
            MainActor.assumeIsolated { self?.tick() }
            return .continue
        }
    }

    private func tick() {
        let now = clock.now
        longest = max(longest, now - last)
        last = now
        kept += 1
    }

    /// Ends it.
    ///
    /// - Returns: How many of the ticks there were, in percent, and the longest time without one, in milliseconds.
    func end() -> (kept: Double, longest: Double) {
        source?.remove()
        let now = clock.now
        longest = max(longest, now - last)
        let possible = max(1, Int((now - start) / Self.interval))
        return (min(100, 100 * Double(kept) / Double(possible)), longest / .milliseconds(1))
    }
}
