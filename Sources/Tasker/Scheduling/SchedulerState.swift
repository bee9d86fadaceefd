/// What a scheduler's lock guards, and how the machine's actions change it.
struct SchedulerState {
    typealias Machine = SchedulerStateMachine<TaskRecord>

    /// What is to be done after the lock is released.
    enum Step {
        case start(TaskRecord, TaskRecord.Start)
        case cancelBody(TaskRecord, attempt: Int)
        case pauseChanged(TaskRecord)
        case aftermath(TaskRecord.Aftermath)
        case wake(WaiterList.Resumption)
        case schedule(Publisher.PendingDrain)
        case setAlarm(Uptime, number: UInt64)
        case release([FinishedTasks<TaskSnapshot>.Entry])
    }

    var machine: Machine
    var statistics = TaskStatistics()
    var finished: FinishedTasks<TaskSnapshot>
    var shutdownWaiters = WaiterList()
    /// Wait until fewer tasks wait.
    var roomWaiters = WaiterList()
    /// The end of the manager, under way.
    var shutdown: Task<ShutdownReport, Never>?
    /// What was cut off by it.
    var cutOff: [TaskID: TaskRecord] = [:]
    /// The moment that the alarm is set to.
    private var alarm = Uptime.never
    private var alarmNumber: UInt64 = 0
    private(set) var steps: [Step] = []

    private let publisher: Publisher
    private let events: EventHub<TaskEvent>

    init(machine: Machine, finished: FinishedTasks<TaskSnapshot>, publisher: Publisher, events: EventHub<TaskEvent>) {
        self.machine = machine
        self.finished = finished
        self.publisher = publisher
        self.events = events
    }

    mutating func takeSteps() -> [Step] {
        if machine.isClosed, machine.isIdle { steps += shutdownWaiters.removeAll().map { .wake($0) } }
        if !roomWaiters.isEmpty, machine.isClosed || machine.hasRoom {
            steps += roomWaiters.removeAll().map { .wake($0) }
        }
        setAlarm()
        guard !steps.isEmpty else { return [] }
        defer { steps = [] }
        return steps
    }

    private mutating func setAlarm() {
        let next = min(machine.nextTimer, finished.nextExpiry.map { .zero + $0 } ?? .never)
        guard next != alarm else { return }
        alarm = next
        alarmNumber += 1
        steps.append(.setAlarm(next, number: alarmNumber))
    }

    /// The alarm has rung for this moment, and is to be set again.
    mutating func noteAlarm() {
        alarm = .never
    }

    // MARK: - What happens to tasks

    /// Shows a task.
    ///
    /// Inside the lock like all that follows, so that nothing that happens to a task is published before what happened earlier;
    /// the locks of publisher, events and record are leaves.
    mutating func open(_ record: TaskRecord) {
        statistics.addTask()
        record.info.scope?.open()
        add(publisher.open(record, isRefused: record.isRefused))
        note(.submitted, record)
    }

    mutating func resolve(_ actions: [Machine.Action]) {
        for action in actions { resolve(action) }
    }

    private mutating func resolve(_ action: Machine.Action) {
        let now = machine.now
        switch action {
        case .start(let record):
            let isFirst = record.state == .pending
            guard let start = record.begin(at: now) else { return }
            if isFirst {
                statistics.move(from: .pending, to: .running, after: now - record.info.created.moment)
                note(.started, record)
            }
            change(record)
            steps.append(.start(record, start))
        case .cancelBody(let record, let reason, let attempt):
            // Not of an attempt that is followed by another: that one was not asked to end.
            if machine.isCancelled(record.id) { record.noteCancel(reason) }
            noteCutOff(record, reason)
            change(record)
            steps.append(.cancelBody(record, attempt: attempt))
        case .finish(let record, let ending):
            noteCutOff(record, ending.cancelReason)
            finish(record, ending.outcome(of: record.info), ending.cancelReason)
        case .pauseBody(let record):
            _ = record.setPauseRequested(true, at: now)
            if machine.isStandingStill(record.id) { standStill(record) }
            steps.append(.pauseChanged(record))
        case .resumeBody(let record):
            // Not of a body that was told to stand still and has not yet.
            if record.setPauseRequested(false, at: now) { note(.resumed, record) }
            change(record)
            steps.append(.pauseChanged(record))
        }
    }

    mutating func standStill(_ record: TaskRecord) {
        record.noteStandstill(at: machine.now)
        note(.paused, record)
        change(record)
    }

    /// A body has ended and another one follows.
    mutating func goOn(_ record: TaskRecord, _ decision: Repetition.Decision) {
        record.wait(until: decision.next ?? machine.now, now: machine.now)
        note(decision, record)
        change(record)
        steps.append(.pauseChanged(record))
    }

    /// Tells of an iteration or a retry.
    mutating func note(_ decision: Repetition.Decision, _ record: TaskRecord) {
        guard let event = decision.event else { return }
        note(event, record)
        if case .iteration(let number, let result) = event {
            add(publisher.post(.iterated(record, TaskIteration(number: number, result: result))))
        }
    }

    mutating func finish(_ record: TaskRecord, _ outcome: TaskOutcome, _ reason: CancelReason?) {
        let now = machine.now
        let before = record.state
        let aftermath = record.end(outcome, cancelReason: reason, at: now)
        let snapshot = TaskSnapshot(reading: record, at: now)
        statistics.move(from: before, to: snapshot.state, after: snapshot.elapsed)
        let forgotten = finished.insert(record.id, key: record.info.fullKey, ended: now.duration, value: snapshot)
        if let event = snapshot.ending, events.hasSubscribers { events.append(TaskEvent(event, of: snapshot)) }
        add(publisher.post(.ended(record, snapshot)))
        steps.append(.aftermath(aftermath))
        forget(forgotten)
    }

    /// Takes ended tasks that are not kept any longer out of the published list.
    mutating func forget(_ tasks: [FinishedTasks<TaskSnapshot>.Entry]) {
        guard !tasks.isEmpty else { return }
        add(publisher.post(.forgotten(tasks.map(\.id))))
        // Released with the steps: an error may be anything of the application's.
        steps.append(.release(tasks))
    }

    mutating func change(_ record: TaskRecord) {
        add(publisher.post(.changed(record)))
    }

    mutating func note(_ event: TaskEvent.Kind, _ record: TaskRecord) {
        let listened = events.hasSubscribers
        let isObserved = record.isObserved(in: publisher.manager)
        guard listened || isObserved else { return }
        let event = TaskEvent(event, of: TaskSnapshot(reading: record, at: machine.now))
        if listened { events.append(event) }
        if isObserved { add(publisher.post(.noted(record, event))) }
    }

    private mutating func add(_ drain: Publisher.PendingDrain?) {
        if let drain { steps.append(.schedule(drain)) }
    }

    mutating func noteCutOff(_ record: TaskRecord, _ reason: CancelReason?) {
        if reason == .shutdown, machine.isClosed { cutOff[record.id] = record }
    }
}
