import GLibMainLoop
import Glibc
import Subprocess

/// The workers of one manager.
final class WorkerPool: Sendable {
    private struct State {
        var machine: WorkerPoolStateMachine
        var workers: [WorkerID: Worker] = [:]
        var runs: [WorkerRunID: WorkerRun] = [:]
        var waiters = WaiterList()
        var alarm = Uptime.never
        var alarmNumber: UInt64 = 0
    }

    /// What is done after the lock was released.
    private enum Step {
        case launch(Worker)
        case begun(WorkerRun, Worker, isCancelled: Bool)
        case retire(Worker)
        case failStart(WorkerRun)
        case refuse(WorkerRun, crashes: Int)
        case setAlarm(Uptime, number: UInt64)
        case wake(WaiterList.Resumption)

        var endsTask: Bool {
            switch self {
            case .failStart, .refuse: true
            case .launch, .begun, .retire, .setAlarm, .wake: false
            }
        }
    }

    private let state: CrowdedLock<State>
    private let alarm: Alarm
    private let time: TimeSource
    let clock: any Clock<Duration>
    private let grace: Duration
    /// Whether nothing is between a worker and the application: behind a launcher what it says before it ends may be lost, and what it
    /// was sent may be read by others.
    private let isDirect: Bool
    /// How many bytes a worker may have resident after a task; nil: any number.
    let memoryLimit: Int?
    /// How long a worker with a task may not answer; nil: any time.
    let responseTimeout: Duration?
    /// What workers run.
    private let configuration: Configuration

    /// The application's environment, without Swift's crash reporter unless somebody asked for it: its 0.6 s of
    /// symbolication would delay the news of a crash, and its pages push what the trap said out of the tail.
    private static let environment =
        getenv("SWIFT_BACKTRACE") == nil
        ? Environment.inherit.updating(["SWIFT_BACKTRACE": "enable=no"]) : Environment.inherit

    init(configuration: TaskManagerConfiguration, time: TimeSource) {
        var limits = WorkerPoolStateMachine.Limits()
        limits.idleTime = configuration.workerIdleTime
        limits.tasksPerWorker = configuration.maximumTasksPerWorker
        state = CrowdedLock(State(machine: WorkerPoolStateMachine(limits: limits)))
        alarm = Alarm(time)
        self.time = time
        clock = configuration.clock
        grace = configuration.gracePeriod.bounded
        memoryLimit = configuration.maximumWorkerMemory
        responseTimeout = configuration.responseTimeout.map { max($0.bounded, .milliseconds(100)) }
        isDirect = configuration.workerLauncher == .local
        self.configuration = configuration.workerLauncher.configuration(
            executable: configuration.workerExecutable,
            environment: Self.environment
        )
    }

    deinit {
        for worker in state.withLock({ Array($0.workers.values) }) { worker.retire(grace: grace, clock: clock) }
    }

    /// How many workers there are, those that start and those that end included.
    var workerCount: Int {
        state.withLock(\.machine.workerCount)
    }

    // MARK: - Tasks

    /// Runs a task in a worker, soon.
    func start(_ run: WorkerRun) {
        var isWanted = true
        change { state, now in
            // Under the lock: whoever cancels notes that before, and looks for what waits after.
            isWanted = !run.isCancelled
            guard isWanted else { return [] }
            state.runs[run.id] = run
            return state.machine.submit(run.id, type: run.typeName, at: now)
        }
        if !isWanted { run.finish(.cancelled) }
    }

    /// Ends a task: at once if no worker has it yet.
    func cancel(_ run: WorkerRun) {
        run.cancel()
        let isWithdrawn = state.withLock { state in
            guard state.machine.withdraw(run.id) else { return false }
            state.runs[run.id] = nil
            return true
        }
        if isWithdrawn { run.finish(.cancelled) }
    }

    // MARK: - Workers

    /// Starts workers, so that `count` are there or starting without a task, and no more than `limit` in all.
    func prewarm(_ count: Int, limit: Int) {
        change { state, now in state.machine.prewarm(count, limit: limit, at: now) }
    }

    /// Lets every worker go when its task has ended.
    func restart() {
        change { state, now in state.machine.retireAll(at: now) }
    }

    /// Lets every worker go, and returns when none is left or the calling task is cancelled.
    func end() async {
        restart()
        try? await WaiterList.wait(
            add: { ticket, waiter in
                state.withLock { state in
                    guard state.machine.workerCount > 0 else { return false }
                    state.waiters.add(ticket, waiter)
                    return true
                }
            },
            remove: { ticket in state.withLock { $0.waiters.remove(ticket) } }
        )
    }

    /// A worker has started, or has ended its task.
    func isReady(_ worker: Worker, after run: WorkerRun?, retires: Bool) {
        change { state, now in
            if let run { state.runs[run.id] = nil }
            let isExpected = run?.isCancelled ?? false
            return state.machine.isReady(worker.id, isExpected: isExpected, retires: retires, at: now)
        }
    }

    /// A worker is no more.
    func hasEnded(_ worker: Worker, _ end: Worker.End) {
        var run = worker.takeRun()
        _ = run?.detach()
        var goesOn = false
        var isUntouched = false
        switch end {
        case .notStarted(let error):
            change { state, now in
                state.workers[worker.id] = nil
                return state.machine.hasNotStarted(worker.id, at: now)
            } failure: { _ in
                error
            }
            run?.finish(.failure(Self.untouched(error)))
        case .ended(let status):
            change { state, now in
                state.workers[worker.id] = nil
                // One that it was given since, and could not read.
                if run == nil { run = worker.takeRun() }
                let isHeard = run?.hasBegun ?? false
                let knowsWhatBegan = isDirect && worker.isDrained
                isUntouched =
                    !isHeard && knowsWhatBegan && run.map { worker.hasLeft(requestUntil: $0.requestEnd) } ?? true
                let hasBegun = isHeard || knowsWhatBegan && !isUntouched
                // Under the lock, as in `start`: what has been cancelled does not wait again.
                let isExpected = run.map { $0.hasAnswer || $0.isCancelled } ?? false
                let end = state.machine.hasEnded(
                    worker.id,
                    mayRepeat: isUntouched && !isExpected,
                    isCrash: hasBegun && !isExpected && worker.isCrash(status),
                    at: now
                )
                goesOn = end.goesOn
                if !goesOn, let run { state.runs[run.id] = nil }
                return end.actions
            } failure: { run in
                worker.crash(
                    status,
                    of: "The worker process for \"\(run.record.info.shortName)\"",
                    "before it took a task"
                )
            }
            guard let run, !goesOn else { return }
            _ = run.detach()
            let error = worker.crash(
                status,
                of: "The worker process of \"\(run.record.info.shortName)\"",
                "before it had a result"
            )
            run.finish(.failure(isUntouched ? Self.untouched(error) : error))
        }
    }

    // MARK: - Actions

    /// The error of a task of which nothing has been done.
    private static func untouched(_ error: any Error) -> any Error {
        (error as? TaskerError)?.about(safeToRetry: true) ?? error
    }

    private static let startTimedOut = TaskerError(
        .spawnFailed,
        "No worker process was ready in time; does something in its main wait before WorkerProcess.serveIfRequested?"
    )

    /// Changes the state, and then does what follows from it.
    ///
    /// - Parameter failure: What a task fails with for which no worker could be started.
    private func change(
        _ body: (inout State, Uptime) -> [WorkerPoolStateMachine.Action],
        failure: (WorkerRun) -> any Error = { _ in WorkerPool.startTimedOut }
    ) {
        let now = time.now()
        let steps = state.withLock { state in
            let actions = body(&state, now)
            return resolve(actions, &state)
        }
        // What ends tasks comes last: it runs other people's code.
        for step in steps where !step.endsTask { perform(step, failure) }
        for step in steps where step.endsTask { perform(step, failure) }
    }

    /// What actions mean, while the workers and tasks that they name are known.
    private func resolve(_ actions: [WorkerPoolStateMachine.Action], _ state: inout State) -> [Step] {
        var steps: [Step] = []
        for action in actions {
            switch action {
            case .launch(let id):
                let worker = Worker(id, pool: self, configuration: configuration)
                state.workers[id] = worker
                steps.append(.launch(worker))
            case .assign(let task, let id):
                guard let run = state.runs[task], let worker = state.workers[id] else {
                    preconditionFailure("A task or worker that the pool does not know was assigned.")
                }
                steps.append(.begun(run, worker, isCancelled: worker.assign(run)))
            case .retire(let id): if let worker = state.workers[id] { steps.append(.retire(worker)) }
            case .failStart(let task):
                if let run = state.runs.removeValue(forKey: task) { steps.append(.failStart(run)) }
            case .refuse(let task, let crashes):
                if let run = state.runs.removeValue(forKey: task) { steps.append(.refuse(run, crashes: crashes)) }
            }
        }
        let next = state.machine.nextTimer
        // Not to a later one: it rings for nothing then, once, which costs less than to set it anew for each task.
        if next < state.alarm {
            state.alarm = next
            state.alarmNumber += 1
            steps.append(.setAlarm(next, number: state.alarmNumber))
        }
        if state.machine.workerCount == 0 { steps += state.waiters.removeAll().map { .wake($0) } }
        return steps
    }

    private func perform(_ step: Step, _ failure: (WorkerRun) -> any Error) {
        switch step {
        case .launch(let worker): worker.launch()
        case .begun(let run, let worker, let isCancelled):
            worker.flush()
            if isCancelled { run.tellCancelled() }
            // It may have been paused while it waited.
            run.pauseChanged()
        case .retire(let worker): worker.retire(grace: grace, clock: clock)
        case .failStart(let run):
            run.finish(.failure(Self.untouched(failure(run))))
        case .refuse(let run, let crashes):
            run.finish(
                .failure(
                    TaskerError(
                        .workerCrashed,
                        "\"\(run.record.info.shortName)\" was not started: the last \(crashes) tasks of its type have ended their worker processes; try again later.",
                        isSafeToRetry: true
                    )
                )
            )
        case .setAlarm(let moment, let number):
            alarm.set(moment, number: number) { [weak self] in self?.passTime() }
        case .wake(let waiter): waiter.resume()
        }
    }

    private func passTime() {
        change { state, now in
            // It has rung, and is set again even to the same moment.
            state.alarm = .never
            return state.machine.passTime(to: now)
        }
    }
}
