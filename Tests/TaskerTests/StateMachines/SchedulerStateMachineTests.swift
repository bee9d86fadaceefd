import Testing

@testable import Tasker

@Suite struct SchedulerStateMachineTests {
    private typealias Machine = SchedulerStateMachine

    private func machine(_ maximum: Int? = nil, threads: Int = 64) -> Machine {
        Machine(maximum: maximum) { $0 == .thread ? threads : 1 }
    }

    private func request(
        _ number: UInt64,
        kind: TaskKind = .thread,
        key: String? = nil,
        priority: SchedulingPriority = .normal,
        policy: KeyPolicy = .replace,
        isAbandonable: Bool = false
    ) -> Machine.Request {
        Machine.Request(
            id: id(number),
            kind: kind,
            key: key,
            priority: priority,
            keyPolicy: policy,
            isAbandonable: isAbandonable
        )
    }

    private func id(_ number: UInt64) -> TaskID {
        TaskID(rawValue: number)
    }

    @Test func promise26TheLimitOfAKindHolds() {
        var machine = machine(threads: 2)
        #expect(machine.submit(request(1)).actions == [.start(id(1))])
        #expect(machine.submit(request(2)).actions == [.start(id(2))])
        #expect(machine.submit(request(3)).actions == [])
        #expect(machine.submit(request(4, kind: .coroutine)).actions == [.start(id(4))])
        #expect(machine.runningCount == 3)
        #expect(machine.bodyEnded(id(4)).actions == [])
        #expect(machine.bodyEnded(id(1)).actions == [.start(id(3))])
    }

    @Test func promise26TheLimitOfAllHolds() {
        var machine = machine(1)
        #expect(machine.submit(request(1)).actions == [.start(id(1))])
        #expect(machine.submit(request(2, kind: .coroutine)).actions == [])
        #expect(machine.bodyEnded(id(1)).actions == [.start(id(2))])
    }

    @Test func aLimitBelowOneCountsAsOne() {
        var machine = machine(0, threads: -5)
        #expect(machine.submit(request(1)).actions == [.start(id(1))])
        #expect(machine.submit(request(2)).actions == [])
    }

    @Test func promise25PriorityDecidesAcrossKinds() {
        var machine = machine(1)
        _ = machine.submit(request(1))
        _ = machine.submit(request(2))
        _ = machine.submit(request(3, kind: .coroutine, priority: .high))
        _ = machine.submit(request(4, kind: .command))
        #expect(machine.bodyEnded(id(1)).actions == [.start(id(3))])
        #expect(machine.bodyEnded(id(3)).actions == [.start(id(2))])
        #expect(machine.bodyEnded(id(2)).actions == [.start(id(4))])
    }

    @Test func promise13AWaitingTaskLeavesAtOnce() {
        var machine = machine(threads: 1)
        _ = machine.submit(request(1))
        _ = machine.submit(request(2))
        let (changed, actions) = machine.cancel(id(2), reason: .user)
        #expect(changed)
        #expect(actions == [.finish(id(2), .cancelled(.user))])
        #expect(!machine.contains(id(2)))
        #expect(machine.bodyEnded(id(1)).actions == [])
        #expect(machine.isIdle)
    }

    @Test func promise15ARunningTaskEndsWithItsBody() {
        var machine = machine()
        _ = machine.submit(request(1))
        #expect(machine.cancel(id(1), reason: .user).actions == [.cancelBody(id(1), .user)])
        #expect(!machine.cancel(id(1), reason: .shutdown).changed)
        #expect(!machine.isIdle)
        let (ends, reason, _) = machine.bodyEnded(id(1))
        #expect(ends)
        #expect(reason == .user)
        #expect(!machine.cancel(id(1), reason: .user).changed)
    }

    @Test func promise15AnAbandonableTaskEndsAtOnceAndKeepsItsSlot() {
        var machine = machine(threads: 1)
        _ = machine.submit(request(1, isAbandonable: true))
        _ = machine.submit(request(2))
        let actions = machine.cancel(id(1), reason: .user).actions
        #expect(actions == [.cancelBody(id(1), .user), .finish(id(1), .cancelled(.user))])
        #expect(machine.runningCount == 1)
        #expect(!machine.cancel(id(1), reason: .user).changed)
        let (ends, _, next) = machine.bodyEnded(id(1))
        #expect(!ends)
        #expect(next == [.start(id(2))])
    }

    @Test func promise12CancelAllStartsNothing() {
        var machine = machine(threads: 1)
        for number in UInt64(1)...4 {
            _ = machine.submit(request(number, key: number > 2 ? "key" : nil, policy: .enqueue))
        }
        let (count, actions) = machine.cancelAll(reason: .user)
        #expect(count == 4)
        #expect(actions.last == .cancelBody(id(1), .user))
        #expect(Set(actions.map(String.init(describing:))).count == 4)
        #expect(machine.cancelAll(reason: .user).count == 0)
    }

    @Test func promise31AClosedMachineRefusesAndGoesOn() {
        var machine = machine(threads: 1)
        _ = machine.submit(request(1))
        _ = machine.submit(request(2))
        machine.close()
        #expect(machine.submit(request(3)).actions == [.finish(id(3), .shutDown)])
        #expect(machine.submit(request(4, key: "key", policy: .keep)).actions == [.finish(id(4), .shutDown)])
        #expect(machine.bodyEnded(id(1)).actions == [.start(id(2))])
        #expect(machine.abandonAll() == [.finish(id(2), .cancelled(.shutdown))])
        #expect(machine.isIdle)
        #expect(machine.abandonAll() == [])
        #expect(!machine.bodyEnded(id(2)).ends)
    }
}
