import GLibMainLoop
import Glibc
import Subprocess
import SystemPackage

/// One child process and its process group, from its start to its end.
///
/// swift-subprocess spawns and reaps; this class knows when the group may be signalled: from the start until the leader has
/// ended and may be reaped, so never a stranger that got the same number.
final class ChildProcess: Sendable {
    private struct State {
        var group: pid_t?
        var hasEnded = false
        var isStopped = false
        /// Signals that were asked for before the child had started.
        var early: [Int32] = []
        /// Whether signals are, or will be, sent one after the other.
        var isEscalating = false
        var escalation: Task<Void, Never>?
    }

    private let state = Lock(State())

    /// Starts the child, lets `pump` serve its descriptors until it has ended.
    ///
    /// - Parameters:
    ///   - streams: The child's standard streams; closed in the application when the child has them.
    ///   - killsGroup: Whether what is left of the group is killed when the leader has ended; asked then.
    func run(
        _ configuration: Configuration,
        streams: ChildStreams,
        pump: ChildPump,
        killsGroup: @escaping @Sendable () -> Bool
    ) async throws -> TerminationStatus {
        var configuration = configuration
        configuration.platformOptions.processGroupID = 0
        let mark = Guardian.shared.makeMark()
        configuration.environment = configuration.environment.updating([Guardian.variable: mark])
        await Guardian.shared.watch(mark)
        // Also when there is no child after all; forgetting twice does nothing.
        defer {
            Guardian.shared.forget(mark)
            end()
        }
        // Two epolls with an event each, if the guardian did not start; the folder and the pidfd.
        try DescriptorIO.requireSpare(8)
        return try await streams.run(configuration) { identifier in
            await Guardian.shared.watch("\(identifier.value)")
            Guardian.shared.forget(mark)
            try await self.serve(identifier, pump, killsGroup)
        }
    }

    private func serve(
        _ identifier: ProcessIdentifier,
        _ pump: ChildPump,
        _ killsGroup: @Sendable () -> Bool
    ) async throws {
        let group = identifier.value
        let early = state.withLock { state in
            state.group = group
            if state.isStopped { kill(-group, SIGSTOP) }
            return state.early
        }
        for signal in early { kill(-group, signal) }
        defer {
            // The leader is a zombie until this function returns, so the number is still its own. What comes too late to be seen
            // here finds no child any more.
            if end() || killsGroup() { kill(-group, SIGKILL) }
            Guardian.shared.forget("\(group)")
        }
        do {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                do {
                    try ThreadPool.pumps.execute {
                        if !pump.run(exit: identifier.processDescriptor) { self.signal(SIGKILL) }
                        continuation.resume()
                    }
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        } catch {
            // Nobody can serve the child: it is ended, and the error says why.
            kill(-group, SIGKILL)
            throw error
        }
    }

    /// Sends no signal from now on, and waits for no time to send one; also for a child that was never started.
    ///
    /// - Returns: Whether the child was to be ended by signals.
    @discardableResult
    func end() -> Bool {
        let (wasEscalating, escalation) = state.withLock { state in
            state.hasEnded = true
            return (state.isEscalating, state.escalation)
        }
        escalation?.cancel()
        return wasEscalating
    }

    /// Sends a signal to the process group; to be sent at the start if there is none yet, and never after the end.
    func signal(_ signal: Int32) {
        state.withLock { state in
            guard !state.hasEnded else { return }
            if let group = state.group {
                // Under the lock, because it is what keeps the group's number from being reused; it does not block.
                kill(-group, signal)
            } else {
                state.early.append(signal)
            }
        }
    }

    /// Whether the process group is stopped, or will be when there is one.
    var isStopped: Bool {
        state.withLock(\.isStopped)
    }

    /// Stops the process group, or lets it go on; a child that has yet to start is stopped when it does.
    ///
    /// - Parameter isStopped: Which of the two; asked under the lock, so that of two calls at a time the later one has the later
    ///   answer.
    func setStopped(_ isStopped: () -> Bool) {
        state.withLock { state in
            let isStopped = isStopped()
            guard state.isStopped != isStopped else { return }
            state.isStopped = isStopped
            guard !state.hasEnded, let group = state.group else { return }
            // Under the lock, as in `signal`.
            kill(-group, isStopped ? SIGSTOP : SIGCONT)
        }
    }

    /// Sends one signal after the other, each after a delay, until the child has ended.
    ///
    /// Returns at once; what has no delay is sent by then.
    func escalate(_ steps: [(delay: Duration, signal: Int32)], clock: any Clock<Duration>) {
        state.withLock { $0.isEscalating = true }
        let now = steps.prefix { $0.delay == .zero }
        for step in now { signal(step.signal) }
        let escalation = Task.detached(executorPreference: ThreadPool.supervision) {
            for step in steps[now.endIndex...] {
                try? await clock.sleep(for: step.delay)
                if Task.isCancelled { return }
                self.signal(step.signal)
            }
        }
        let hasEnded = state.withLock { state in
            state.escalation = escalation
            return state.hasEnded
        }
        if hasEnded { escalation.cancel() }
    }
}
