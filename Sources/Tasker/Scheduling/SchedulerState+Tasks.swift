extension SchedulerState {
    enum Submission: Sendable {
        case accepted
        case kept(TaskRecord)
        /// Too many wait, and the caller wants to wait for room.
        case full
    }

    mutating func submit(
        _ record: TaskRecord,
        after dependencies: [TaskRecord],
        mayWait: Bool,
        at now: Uptime
    ) -> Submission {
        let info = record.info
        if let scope = info.scope, scope.isClosed {
            refuse(record, .scopeClosed, at: now)
            return .accepted
        }
        let states = dependencies.map { ($0.id, $0.state) }
        let request = info.request(
            dependencies: states.filter { !$0.1.isTerminal }.map(\.0),
            hasFailedDependency: states.contains { $0.1 == .failed || $0.1 == .cancelled }
        )
        let wasClosed = machine.isClosed
        let (submission, actions) = machine.submit(request, record, at: now)
        switch submission {
        case .accepted:
            if wasClosed { record.refuse() }
            open(record)
            resolve(actions)
            return .accepted
        case .kept(let kept): return .kept(kept)
        case .full where mayWait: return .full
        case .full:
            refuse(record, .queueFull, at: now)
            return .accepted
        }
    }

    private mutating func refuse(_ record: TaskRecord, _ ending: Machine.Ending, at now: Uptime) {
        machine.advance(to: now)
        open(record)
        resolve([.finish(record, ending)])
    }

    mutating func bodyEnded(
        _ record: TaskRecord,
        _ outcome: TaskOutcome,
        _ decision: Repetition.Decision = Repetition.Decision(),
        isTimedOut: Bool = false,
        at now: Uptime
    ) {
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
            // Also a periodic task that ends with its iteration.
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
                "The task \"\(info.name)\" was ended because its time was up; give it more, or let it do less at a time."
            )
        )
    }
}

extension SchedulerStateMachine.Ending {
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
                    "The task \"\(info.name)\" was not taken in: as many tasks wait as may; wait for room, or raise the limit."
                )
            )
        case .dependencyCycle:
            .failure(
                TaskerError(
                    .dependencyCycle,
                    "The task \"\(info.name)\" would wait for a task that waits for it, or that it replaces; neither would ever run."
                )
            )
        case .scopeClosed:
            .failure(
                TaskerError(.scopeClosed, "The scope \"\(info.scope?.name ?? "")\" is closed and takes no more tasks.")
            )
        case .shutDown:
            .failure(TaskerError(.shutDown, "The task manager has been shut down and takes no more tasks."))
        }
    }
}
