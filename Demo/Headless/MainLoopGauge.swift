import GLibMainLoop

/// Measures how evenly the main loop turns: the gaps between the ticks of a 60 Hz source where GTK would draw.
@MainActor
final class MainLoopGauge {
    /// What the gauge has seen; gaps in milliseconds.
    struct Reading: Sendable {
        let worstGap: Double
        let p99Gap: Double
        let ticks: Int
    }

    private var source: EventSource?
    private var lastTick: ContinuousClock.Instant?
    private var gaps: [Double] = []

    /// Starts to measure; call it once.
    func start() {
        // GLib counts whole milliseconds: 16 is the nearest below a frame of 60 Hz.
        source = MainContext.default.addTimeout(every: .milliseconds(16), priority: .redraw) { [weak self] in
            MainActor.assumeIsolated { self?.tick() }
            return .continue
        }
    }

    /// Ends measuring.
    func stop() -> Reading {
        source?.remove()
        source = nil
        let sorted = gaps.sorted()
        return Reading(
            worstGap: sorted.last ?? 0,
            p99Gap: sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * 99 / 100)],
            ticks: gaps.count
        )
    }

    private func tick() {
        let now = ContinuousClock.now
        if let lastTick { gaps.append((now - lastTick) / .milliseconds(1)) }
        lastTick = now
    }
}
