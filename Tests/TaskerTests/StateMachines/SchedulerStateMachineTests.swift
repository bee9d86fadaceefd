import Testing

@testable import Tasker

/// Limits, priorities, cancels and the end, in the state machine.
@Suite struct SchedulerStateMachineTests {
    @Test func promise26TheLimitOfAKindHolds() {
        var fixture = MachineFixture(SchedulerLimits { $0 == .thread ? 2 : .max })
        #expect(fixture.submit(1) == [.start(1)])
        #expect(fixture.submit(2) == [.start(2)])
        #expect(fixture.submit(3) == [])
        #expect(fixture.submit(4, .coroutine) == [.start(4)])
        #expect(fixture.machine.runningCount == 3)
        #expect(fixture.end(4).actions == [])
        #expect(fixture.end(1).actions == [.start(3)])
    }

    @Test func promise26TheLimitOfAllHolds() {
        var fixture = MachineFixture(SchedulerLimits(all: 1))
        #expect(fixture.submit(1) == [.start(1)])
        #expect(fixture.submit(2, .coroutine) == [])
        #expect(fixture.end(1).actions == [.start(2)])
    }

    @Test func aLimitBelowOneCountsAsOne() {
        var fixture = MachineFixture(SchedulerLimits(all: 0) { _ in -5 })
        #expect(fixture.submit(1) == [.start(1)])
        #expect(fixture.submit(2) == [])
        for limit in [0, -1, .min] {
            _ = fixture.machine.setLimit(limit, of: .all, at: fixture.now)
            #expect(fixture.machine.limit(of: .all) == 1)
        }
    }

    @Test func promise25PriorityDecidesAcrossKinds() {
        var fixture = MachineFixture(SchedulerLimits(all: 1))
        _ = fixture.submit(1)
        _ = fixture.submit(2)
        _ = fixture.submit(3, .coroutine) { $0.priority = .high }
        _ = fixture.submit(4, .command)
        #expect(fixture.end(1).actions == [.start(3)])
        #expect(fixture.end(3).actions == [.start(2)])
        #expect(fixture.end(2).actions == [.start(4)])
    }

    @Test func promise13AWaitingTaskLeavesAtOnce() {
        var fixture = MachineFixture.single
        _ = fixture.submit(1)
        _ = fixture.submit(2)
        let (changed, actions) = fixture.cancel(2)
        #expect(changed)
        #expect(actions == [.finish(2, .cancelled(.user))])
        #expect(!fixture.contains(2))
        #expect(fixture.end(1).actions == [])
        #expect(fixture.machine.isIdle)
    }

    @Test func promise15ARunningTaskEndsWithItsBody() {
        var fixture = MachineFixture()
        _ = fixture.submit(1)
        #expect(fixture.cancel(1).actions == [.cancelBody(1, .user)])
        #expect(!fixture.cancel(1, reason: .shutdown).changed)
        #expect(!fixture.machine.isIdle)
        #expect(fixture.end(1).end == .ends(.user))
        #expect(!fixture.cancel(1).changed)
    }

    @Test func promise15AnAbandonableTaskEndsAtOnceAndKeepsItsSlot() {
        var fixture = MachineFixture.single
        _ = fixture.submit(1) { $0.isAbandonable = true }
        _ = fixture.submit(2)
        #expect(fixture.cancel(1).actions == [.cancelBody(1, .user), .finish(1, .cancelled(.user))])
        #expect(fixture.machine.runningCount == 1)
        #expect(!fixture.cancel(1).changed)
        let (end, next) = fixture.end(1)
        #expect(end == .wasAbandoned)
        #expect(next == [.start(2)])
    }

    @Test func promise12CancelAllStartsNothing() {
        var fixture = MachineFixture.single
        for number in UInt64(1)...4 {
            _ = fixture.submit(number) { request in
                request.key = number > 2 ? "key" : nil
                request.keyPolicy = .enqueue
            }
        }
        let (count, actions) = fixture.machine.cancelAll(reason: .user, at: fixture.now)
        #expect(count == 4)
        #expect(actions.last == .cancelBody(1, .user))
        #expect(Set(actions.map(String.init(describing:))).count == 4)
        #expect(fixture.machine.cancelAll(reason: .user, at: fixture.now).count == 0)
    }

    @Test func promise31AClosedMachineRefusesAndGoesOn() {
        var fixture = MachineFixture.single
        _ = fixture.submit(1)
        _ = fixture.submit(2)
        #expect(fixture.machine.close(at: fixture.now) == [])
        #expect(fixture.submit(3) == [.finish(3, .shutDown)])
        #expect(fixture.submit(4) { ($0.key, $0.keyPolicy) = ("key", .keep) } == [.finish(4, .shutDown)])
        #expect(fixture.end(1).actions == [.start(2)])
        #expect(fixture.machine.abandonAll(at: fixture.now) == [.finish(2, .cancelled(.shutdown))])
        #expect(fixture.machine.isIdle)
        #expect(fixture.machine.abandonAll(at: fixture.now) == [])
        #expect(fixture.end(2).end == .wasAbandoned)
        fixture.machine.open()
        #expect(fixture.submit(5) == [.start(5)])
    }
}
