/// Signals that follow each other until somebody ends.
enum Escalation {
    typealias Step = (delay: Duration, signal: Int32)

    /// Sends one signal after the other, each after a delay, until the returned task is cancelled.
    ///
    /// Returns at once; what has no delay is sent by then.
    static func start(
        _ steps: [Step],
        clock: any Clock<Duration>,
        send: @escaping @Sendable (Int32) -> Void
    ) -> Task<Void, Never> {
        let now = steps.prefix { $0.delay == .zero }
        for step in now { send(step.signal) }
        return Task.detached(executorPreference: ThreadPool.supervision) {
            for step in steps[now.endIndex...] {
                try? await clock.sleep(for: step.delay)
                if Task.isCancelled { return }
                send(step.signal)
            }
        }
    }
}
