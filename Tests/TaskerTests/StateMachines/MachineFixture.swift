@testable import Tasker

/// A scheduler's state machine whose tasks are numbers, and a time that goes on when it is told to.
struct MachineFixture {
    typealias Machine = SchedulerStateMachine<UInt64>

    var machine: Machine
    private(set) var now = Uptime.zero

    init(_ limits: SchedulerLimits = SchedulerLimits(), ageing: Duration? = nil) {
        machine = Machine(limits: limits, ageing: ageing)
    }

    /// One slot for threads.
    static var single: MachineFixture {
        MachineFixture(SchedulerLimits { $0 == .thread ? 1 : .max })
    }

    static func id(_ number: UInt64) -> TaskID {
        TaskID(rawValue: number)
    }

    mutating func submit(
        _ number: UInt64,
        _ kind: TaskKind = .thread,
        _ describe: (inout TaskRequest) -> Void = { _ in }
    ) -> [Machine.Action] {
        var request = TaskRequest(id: Self.id(number), kind: kind)
        describe(&request)
        let (submission, actions) = machine.submit(request, number, at: now)
        if case .accepted = submission { return actions }
        preconditionFailure("Task \(number) was not accepted: \(submission).")
    }

    mutating func cancel(_ number: UInt64, reason: CancelReason = .user) -> (changed: Bool, actions: [Machine.Action]) {
        machine.cancel(Self.id(number), reason: reason, at: now)
    }

    mutating func end(
        _ number: UInt64,
        succeeded: Bool = true,
        next: Duration? = nil
    ) -> (end: Machine.BodyEnd, actions: [Machine.Action]) {
        machine.bodyEnded(Self.id(number), succeeded: succeeded, next: next.map { now + $0 }, at: now)
    }

    mutating func pause(_ number: UInt64) -> [Machine.Action] {
        machine.pause(Self.id(number), at: now).actions
    }

    mutating func resume(_ number: UInt64) -> [Machine.Action] {
        machine.resume(Self.id(number), at: now).actions
    }

    /// Whether a body that comes to a checkpoint is to stand still.
    mutating func standsStill(_ number: UInt64) -> Bool {
        machine.reachedCheckpoint(Self.id(number), at: now).standsStill
    }

    mutating func addDependency(_ dependency: UInt64, to number: UInt64) -> DependencyAddition {
        machine.addDependency(Self.id(dependency), to: Self.id(number), at: now)
    }

    mutating func setLimit(_ limit: Int?, of scope: LimitScope) -> [Machine.Action] {
        machine.setLimit(limit, of: scope, at: now)
    }

    mutating func setPriority(_ priority: SchedulingPriority, of number: UInt64) -> Bool {
        machine.setPriority(priority, of: Self.id(number), at: now) != nil
    }

    mutating func pass(_ time: Duration) -> [Machine.Action] {
        now = now + time
        return machine.passTime(to: now)
    }

    func contains(_ number: UInt64) -> Bool {
        machine.task(Self.id(number)) != nil
    }
}
