import GLibMainLoop

/// Rings once when a moment has come; there is one moment at a time.
final class Alarm: Sendable {
    private struct State {
        /// The number of the setting that counts.
        var number: UInt64 = 0
        var sleeper: Task<Void, Never>?
    }

    private let state = Lock(State())
    private let time: TimeSource

    init(_ time: TimeSource) {
        self.time = time
    }

    deinit {
        state.withLock(\.sleeper)?.cancel()
    }

    /// Sets the alarm to another moment; `never` switches it off.
    ///
    /// - Parameter number: Settings that were decided earlier have smaller ones, and count no more, whichever comes first.
    func set(_ moment: Uptime, number: UInt64, ring: @escaping @Sendable () -> Void) {
        let time = time
        var sleeper: Task<Void, Never>?
        if moment != .never {
            sleeper = Task.detached(executorPreference: ThreadPool.supervision) {
                do { try await time.sleep(moment) } catch { return }
                ring()
            }
        }
        let outdated = state.withLock { state in
            guard number > state.number else { return sleeper }
            defer { state.sleeper = sleeper }
            state.number = number
            return state.sleeper
        }
        outdated?.cancel()
    }
}
