import Dispatch
import GLibMainLoop
import Glibc
import Subprocess
import SystemPackage

/// One child process, a session of its own with its process group, from its start to its end.
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
        /// Looks at what it uses.
        var watch: Task<Void, Never>?
        var breach: LimitBreach?
    }

    private let state = Lock(State())
    private static let timersAreOpen: Void = DispatchQueue.openTimers()

    /// Starts the child, lets `pump` serve its descriptors until it has ended.
    ///
    /// - Parameters:
    ///   - streams: The child's standard streams; closed in the application when the child has them.
    ///   - started: Called when the child is there; what it throws ends the child.
    ///   - killsGroup: Whether what is left of the group is killed when the leader has ended; asked then.
    func run(
        _ configuration: Configuration,
        streams: ChildStreams,
        pump: ChildPump,
        started: @escaping @Sendable () throws -> Void = {},
        killsGroup: @escaping @Sendable () -> Bool
    ) async throws -> TerminationStatus {
        var configuration = configuration
        // Its leader's number is the group's, too. Rejected: a group of its own in the application's session, whose terminal a
        // program could then read: the kernel stops it there (SIGTTIN), and it never ends.
        configuration.platformOptions.createSession = true
        let mark = Guardian.shared.makeMark()
        configuration.environment = configuration.environment.updating(Guardian.environment(of: mark))
        await Guardian.shared.watch(mark)
        // If there is no child after all.
        defer {
            Guardian.shared.forget(mark)
            end()
        }
        // Two epolls with an event each, if the guardian did not start; the folder and the pidfd.
        try DescriptorIO.requireSpare(8)
        // Rather than when a period of grace begins.
        Self.timersAreOpen
        return try await streams.run(configuration) { identifier in
            await Guardian.shared.watch("\(identifier.value)", insteadOf: mark)
            try await self.serve(identifier, pump, started, killsGroup)
        }
    }

    private func serve(
        _ identifier: ProcessIdentifier,
        _ pump: ChildPump,
        _ started: () throws -> Void,
        _ killsGroup: @Sendable () -> Bool
    ) async throws {
        let group = identifier.value
        ProcessRank.exposeToOutOfMemory(group)
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
            try started()
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
            // Nobody can, or shall, serve the child: it is ended, and the error says why.
            kill(-group, SIGKILL)
            throw error
        }
    }

    /// Sends no signal from now on, and waits for no time to send one; also for a child that was never started.
    ///
    /// - Returns: Whether the child was to be ended by signals.
    @discardableResult
    func end() -> Bool {
        let (wasEscalating, tasks) = state.withLock { state in
            state.hasEnded = true
            return (state.isEscalating, [state.escalation, state.watch])
        }
        for task in tasks { task?.cancel() }
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

    /// How many bytes the leader of the group has resident and to itself; nil when it has ended, or not started.
    var keptMemory: Int? {
        whileAlive { ProcessUsage.keptMemory(of: $0) }
    }

    /// Does something with the leader of the group while its number is certainly its own; nil when it has ended, or not started.
    ///
    /// - Parameter body: Called under the lock, so it may not block.
    @discardableResult
    func whileAlive<Result>(_ body: (pid_t) -> Result?) -> Result? {
        state.withLock { state in
            guard !state.hasEnded, let group = state.group else { return nil }
            return body(group)
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
    func escalate(_ steps: [Escalation.Step], clock: any Clock<Duration>) {
        state.withLock { $0.isEscalating = true }
        let escalation = Escalation.start(steps, clock: clock) { self.signal($0) }
        let hasEnded = state.withLock { state in
            state.escalation = escalation
            return state.hasEnded
        }
        if hasEnded { escalation.cancel() }
    }

    // MARK: - Limits

    /// Keeps what looks at the child until it has ended.
    func watch(_ watch: Task<Void, Never>) {
        let hasEnded = state.withLock { state in
            state.watch = watch
            return state.hasEnded
        }
        if hasEnded { watch.cancel() }
    }

    /// By what it has gone beyond its limits, if that is why it has ended as it did.
    func breach(_ status: TerminationStatus) -> LimitBreach? {
        status == .signaled(SIGKILL) ? state.withLock(\.breach) : nil
    }

    func end(for breach: LimitBreach) {
        state.withLock { state in
            // One that has ended by itself has, whatever it used; and what it left behind may stay.
            guard !state.hasEnded, let group = state.group, !ProcFile.hasEnded(group) else { return }
            state.breach = breach
            // Under the lock, as in `signal`.
            kill(-group, SIGKILL)
        }
    }
}
