import Dispatch

extension SchedulerState {
    enum Submission: Sendable {
        case accepted
        case kept(TaskRecord)
        /// Too many wait, and the caller is to try again after this.
        case full(DispatchSemaphore)
    }

    /// A thread that waits to submit a task.
    struct Submitter {
        let request: TaskRequest
        let scope: ScopeCore?
        let room: DispatchSemaphore
    }

    mutating func submit(
        _ record: TaskRecord,
        after dependencies: [TaskRecord],
        hasFailedDependency: Bool = false,
        mayWait: Bool,
        at now: Uptime
    ) -> Submission {
        let info = record.info
        // For whatever reason: its completion may submit it again and again.
        if machine.isClosed { record.refuse() }
        if let scope = record.scope, scope.isClosed {
            refuse(record, .scopeClosed, at: now)
            return .accepted
        }
        let states = dependencies.map { ($0.id, $0.state) }
        let request = info.request(
            dependencies: states.filter { !$0.1.isTerminal }.map(\.0),
            hasFailedDependency: hasFailedDependency || states.contains { $0.1 == .failed || $0.1 == .cancelled }
        )
        let (submission, actions) = machine.submit(request, record, at: now)
        switch submission {
        case .accepted:
            open(record)
            noteForeign(dependencies, of: record)
            resolve(actions)
            return .accepted
        case .kept(let kept): return .kept(kept)
        case .full where mayWait:
            let submitter = Submitter(request: request, scope: record.scope, room: DispatchSemaphore(value: 0))
            submitters.append(submitter)
            return .full(submitter.room)
        case .full:
            refuse(record, .queueFull, at: now)
            return .accepted
        }
    }

    /// Lets the threads try again whose tasks would be taken in, or refused for another reason.
    mutating func admitSubmitters() {
        guard !submitters.isEmpty else { return }
        let isAdmitted = { [machine] (submitter: Submitter) in
            machine.isClosed || submitter.scope?.isClosed == true
                || !machine.isFull(for: submitter.request, replacing: [])
        }
        for submitter in submitters.filter(isAdmitted) { add(.admit(submitter.room)) }
        submitters.removeAll(where: isAdmitted)
    }

    private mutating func refuse(_ record: TaskRecord, _ ending: Machine.Ending, at now: Uptime) {
        machine.advance(to: now)
        open(record)
        resolve([.finish(record, ending)])
    }

    /// Does what was to be done by now; first of all when a body has ended, because its own time may be up.
    mutating func passTime(to now: Uptime) {
        if machine.nextTimer <= now { resolve(machine.passTime(to: now)) }
    }

    /// A body has returned of a task that may go on with another one.
    ///
    /// - Returns: Whether its time was up, and whether the task is to end.
    mutating func bodyReturned(_ record: TaskRecord, at now: Uptime) -> (isTimedOut: Bool, isCancelled: Bool) {
        passTime(to: now)
        return (machine.bodyReturned(record.id), machine.isCancelled(record.id))
    }

    mutating func bodyEnded(
        _ record: TaskRecord,
        _ outcome: TaskOutcome,
        _ decision: Repetition.Decision = Repetition.Decision(),
        isTimedOut: Bool = false,
        at now: Uptime
    ) {
        passTime(to: now)
        let wasCancelled = machine.isCancelled(record.id)
        let (end, actions) = machine.bodyEnded(
            record.id,
            succeeded: outcome.isSuccess,
            next: decision.next,
            at: now
        )
        switch end {
        case .wasAbandoned: break
        case .goesOn: goOn(record, decision)
        case .ends(nil):
            note(decision, record)
            finish(record, outcome, isTimedOut ? .timeout : nil)
        case .ends(CancelReason.timeout?): finish(record, .timedOut(record.info), .timeout)
        case .ends(let reason):
            // The iteration with which a periodic task ends because its manager does, and which nobody had asked to end.
            if !wasCancelled, case .iteration = decision.event { note(decision, record) }
            noteCutOff(record, reason)
            finish(record, .cancelled, reason)
        }
        resolve(actions)
    }
}

extension TaskOutcome {
    static func timedOut(_ info: TaskInfo) -> TaskOutcome {
        .failure(
            TaskerError(
                .timedOut,
                "The task \"\(info.shortName)\" was ended because its time was up; give it more, or let it do less at a time."
            )
        )
    }
}

extension SchedulerStateMachine.Ending {
    static func dependencyCycleError(of info: TaskInfo) -> TaskerError {
        TaskerError(
            .dependencyCycle,
            "The task \"\(info.shortName)\" would wait for a task that waits for it, or that it replaces; neither would ever run."
        )
    }

    var cancelReason: CancelReason? {
        switch self {
        case .cancelled(let reason): reason
        case .timedOut: .timeout
        case .keyInUse, .queueFull, .dependencyCycle, .scopeClosed, .shutDown: nil
        }
    }

    func outcome(of info: TaskInfo) -> TaskOutcome {
        switch self {
        case .cancelled: .cancelled
        case .timedOut: .timedOut(info)
        case .keyInUse:
            .failure(
                TaskerError(
                    .keyInUse,
                    "The key \"\(info.shortKey)\" is in use by a task that has not ended; wait for it, or choose another key policy."
                )
            )
        case .queueFull:
            .failure(
                TaskerError(
                    .queueFull,
                    "The task \"\(info.shortName)\" was not taken in: as many tasks wait as may; wait for room, or raise the limit."
                )
            )
        case .dependencyCycle: .failure(Self.dependencyCycleError(of: info))
        case .scopeClosed:
            .failure(
                TaskerError(
                    .scopeClosed,
                    "The scope \"\(TaskInfo.cut(info.scope?.name ?? ""))\" is closed and takes no more tasks."
                )
            )
        case .shutDown:
            .failure(TaskerError(.shutDown, "The task manager has been shut down and takes no more tasks."))
        }
    }
}
