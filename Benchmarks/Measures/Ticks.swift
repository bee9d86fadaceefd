import CTaskerGLib
import GLibMainLoop
import Tasker

/// What a window would draw while something goes on: a source at the priority at which GTK draws, due at the beginning of each frame.
///
/// As with a window's frame clock, a frame that is drawn late does not put off the next; one is lost if nothing was drawn until the next
/// was due.
@MainActor
final class Ticks {
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var last: ContinuousClock.Instant
    private var longest = Duration.zero
    private var kept = 0
    private var source: EventSource?

    /// The length of a frame, in whole milliseconds like all timeouts.
    static let interval = Duration.milliseconds(16)

    init() {
        (start, last) = (clock.now, clock.now)
        awaitFrame()
    }

    private func awaitFrame() {
        let elapsed = clock.now - start
        let next = Self.interval * (Int(elapsed / Self.interval) + 1)
        source = MainContext.default.addTimeout(every: next - elapsed, priority: .redraw) { [weak self] in
            MainActor.assumeIsolated { self?.tick() }
            return .remove
        }
    }

    private func tick() {
        note(clock.now)
        kept += 1
        awaitFrame()
    }

    private func note(_ now: ContinuousClock.Instant) {
        longest = max(longest, now - last)
        last = now
    }

    /// Ends it.
    ///
    /// - Returns: How many of the frames there were, in percent, and the longest time without one, in milliseconds.
    func end() -> (kept: Double, longest: Double) {
        source?.remove()
        note(clock.now)
        let possible = max(1, Int((last - start) / Self.interval))
        return (min(100, 100 * Double(kept) / Double(possible)), longest / .milliseconds(1))
    }
}
