import Dispatch

/// What a scheduler's lock guards, and how the machine's actions change it.
struct SchedulerState {
    typealias Machine = SchedulerStateMachine<TaskRecord>

    /// What is to be done after the lock is released; after most transitions nothing but a drain, for which nothing is allocated.
    struct Consequences {
        /// First.
        fileprivate(set) var drain: Publisher.PendingDrain?
        fileprivate(set) var alarm: (moment: Uptime, number: UInt64)?
        fileprivate(set) var steps: [Step] = []
    }

    enum Step {
        case start(TaskRecord, TaskCell.Leftover?)
        case cancelBody(TaskRecord, attempt: Int)
        case releaseBody(TaskRecord, attempt: Int)
        case pauseChanged(TaskRecord)
        case aftermath(TaskRecord.Aftermath)
        // Indirect, like all that is large, or whose size the compiler does not know: each look at a step would ask the runtime.
        indirect case wake(WaiterList.Resumption)
        case admit(DispatchSemaphore)
        indirect case report(TaskEvent)
        case release([FinishedTasks<KeptTask>.Entry])

        /// Whether it is done before the others.
        var comesFirst: Bool {
            switch self {
            case .start, .report: true
            default: false
            }
        }

        /// Whether other people's code may run: hooks, logs, what ends with a value of theirs.
        var callsOthers: Bool {
            switch self {
            // Also one that is called, and told to end meanwhile; that cannot be started, and may be tried again; and that leaves
            // something, and ends before this is over.
            case .start(let record, let leftover): leftover != nil || record.info.repeats || !record.endsPlainly
            case .release(let tasks): tasks.contains { $0.value.holdsOthers }
            case .cancelBody, .releaseBody, .pauseChanged, .aftermath, .wake, .report: true
            case .admit: false
            }
        }
    }

    var machine: Machine
    var statistics = TaskStatistics()
    var finished: FinishedTasks<KeptTask>
    var shutdownWaiters = WaiterList()
    /// Wait until fewer tasks wait.
    var roomWaiters = WaiterList()
    /// Threads that wait to submit a task.
    var submitters: [Submitter] = []
    /// Of tasks that have not started, those of other managers that they wait for, or did.
    var foreignDependencies: [TaskID: [ForeignDependency]] = [:]
    /// The end of the manager, under way.
    var shutdown: Task<ShutdownReport, Never>?
    /// What was cut off by it: a task that does not end at once is told twice.
    var cutOff: [TaskID: TaskRecord] = [:]
    /// The moment that the alarm is set to.
    private var alarm = Uptime.never
    private var alarmNumber: UInt64 = 0
    private var consequences = Consequences()

    private let publisher: Publisher
    private let events: EventHub<TaskEvent>
    /// Whether there is a log or the like.
    private let isReported: Bool

    init(
        machine: Machine,
        finished: FinishedTasks<KeptTask>,
        publisher: Publisher,
        events: EventHub<TaskEvent>,
        isReported: Bool
    ) {
        self.machine = machine
        self.finished = finished
        self.publisher = publisher
        self.events = events
        self.isReported = isReported
    }

    /// Does something later.
    mutating func add(_ step: Step) {
        consequences.steps.append(step)
    }

    mutating func takeConsequences() -> Consequences {
        if machine.isClosed, machine.isIdle { wake(shutdownWaiters.removeAll()) }
        if !roomWaiters.isEmpty, machine.isClosed || machine.hasRoom { wake(roomWaiters.removeAll()) }
        admitSubmitters()
        setAlarm()
        defer { consequences = Consequences() }
        return consequences
    }

    private mutating func wake(_ waiters: [WaiterList.Resumption]) {
        for waiter in waiters { add(.wake(waiter)) }
    }

    private mutating func setAlarm() {
        let next = min(machine.nextTimer, finished.nextExpiry.map { Uptime(elapsed: $0) } ?? .never)
        guard next != alarm else { return }
        alarm = next
        alarmNumber += 1
        consequences.alarm = (next, alarmNumber)
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
        record.scope?.open()
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
            let (begins, leftover) = record.begin(at: now)
            guard begins else { return }
            if isFirst {
                forgetForeign(record)
                statistics.move(from: .pending, to: .running, after: now - record.info.created.moment)
                note(.started, record)
            }
            change(record)
            record.noteStartTold()
            add(.start(record, leftover))
        case .cancelBody(let record, let reason):
            // Not of an attempt that is followed by another: that one was not asked to end.
            if machine.isCancelled(record.id) { record.noteCancel(reason) }
            noteCutOff(record, reason)
            change(record)
            // The body that runs now: by the time that it is told, another one may.
            add(.cancelBody(record, attempt: record.attempt))
        case .finish(let record, let ending):
            noteCutOff(record, ending.cancelReason)
            finish(record, ending.outcome(of: record.info), ending.cancelReason)
        case .pauseBody(let record):
            record.setPauseRequested(true, at: now)
            if machine.isStandingStill(record.id) { standStill(record) }
            add(.pauseChanged(record))
        case .resumeBody(let record):
            record.setPauseRequested(false, at: now)
            notePause(record)
            change(record)
            add(.pauseChanged(record))
        }
    }

    mutating func standStill(_ record: TaskRecord) {
        record.noteStandstill(at: machine.now)
        notePause(record)
        change(record)
    }

    /// Tells when a task comes to rest because it is paused, and when that is over.
    mutating func notePause(_ record: TaskRecord) {
        let hasBody = machine.entry(record.id)?.flags.contains(.hasBody) ?? false
        if let event = record.notePause(hasBody: hasBody) { note(event, record) }
    }

    /// A body has ended and another one follows.
    mutating func goOn(_ record: TaskRecord, _ decision: Repetition.Decision) {
        let attempt = record.wait(until: decision.next ?? machine.now, now: machine.now)
        note(decision, record)
        notePause(record)
        change(record)
        add(.releaseBody(record, attempt: attempt))
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
        forgetForeign(record)
        let isKept = finished.keepsAny && record.scope?.isClosed != true
        let (kept, aftermath) = record.end(outcome, cancelReason: reason, isKept: isKept, at: now)
        let snapshot = kept.snapshot
        statistics.move(from: before, to: snapshot.state, after: snapshot.elapsed)
        let forgotten = finished.insert(record.id, key: record.info.fullKey, ended: now.duration, value: kept)
        if events.hasSubscribers || isReported, let event = snapshot.ending { tell(TaskEvent(event, of: snapshot)) }
        add(publisher.post(.ended(record, forgetting: forgotten.map(\.id))))
        if let aftermath { add(.aftermath(aftermath)) }
        release(forgotten)
    }

    /// Takes ended tasks that are not kept any longer out of the published list.
    mutating func forget(_ tasks: [FinishedTasks<KeptTask>.Entry]) {
        guard !tasks.isEmpty else { return }
        add(publisher.post(.forgotten(tasks.map(\.id))))
        release(tasks)
    }

    /// Released with the steps: an error, or a body, may be anything of the application's.
    private mutating func release(_ tasks: [FinishedTasks<KeptTask>.Entry]) {
        if !tasks.isEmpty { add(.release(tasks)) }
    }

    mutating func change(_ record: TaskRecord) {
        add(publisher.post(.changed(record)))
    }

    mutating func note(_ event: TaskEvent.Kind, _ record: TaskRecord) {
        let isObserved = record.isObserved(in: publisher.manager)
        guard isObserved || isReported || events.hasSubscribers else { return }
        let event = TaskEvent(event, of: record.snapshot(at: machine.now))
        tell(event)
        if isObserved { add(publisher.post(.noted(record, event))) }
    }

    /// Tells those who are not on the main actor; the publisher tells the others.
    private mutating func tell(_ event: TaskEvent) {
        if events.hasSubscribers { events.append(event) }
        if isReported { add(.report(event)) }
    }

    private mutating func add(_ drain: Publisher.PendingDrain?) {
        if let drain { consequences.drain = drain }
    }

    mutating func noteCutOff(_ record: TaskRecord, _ reason: CancelReason?) {
        if reason == .shutdown, shutdown != nil, record.state != .cancelled { cutOff[record.id] = record }
    }
}
