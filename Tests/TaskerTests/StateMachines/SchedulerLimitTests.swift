import Testing

@testable import Tasker

/// Promise 26 and the limit of waiting tasks, in the state machine.
@Suite struct SchedulerLimitTests {
    @Test func promise26TheLimitOfAGroupHolds() {
        var fixture = MachineFixture()
        #expect(fixture.setLimit(1, of: .group("group")) == [])
        #expect(fixture.submit(1) { $0.group = "group" } == [.start(1)])
        #expect(fixture.submit(2, .command) { $0.group = "group" } == [])
        #expect(fixture.submit(3) { $0.group = "other" } == [.start(3)])
        #expect(fixture.end(1).actions == [.start(2)])
    }

    @Test func promise26ALowerLimitLetsRunWhatRuns() {
        var fixture = MachineFixture()
        for number in UInt64(1)...3 { _ = fixture.submit(number) }
        #expect(fixture.setLimit(1, of: .kind(.thread)) == [])
        #expect(fixture.machine.runningCount == 3)
        #expect(fixture.submit(4) == [])
        #expect(fixture.end(1).actions == [])
        #expect(fixture.end(2).actions == [])
        #expect(fixture.end(3).actions == [.start(4)])
    }

    @Test func promise26AHigherLimitStartsAtOnceWhatHasRoomNow() {
        var fixture = MachineFixture.single
        for number in UInt64(1)...5 { _ = fixture.submit(number) }
        #expect(fixture.setLimit(3, of: .kind(.thread)) == [.start(2), .start(3)])
        #expect(fixture.setLimit(nil, of: .kind(.thread)) == [.start(4), .start(5)])
        #expect(fixture.machine.limit(of: .kind(.thread)) == nil)
    }

    @Test func promise26AllLimitsHoldTogether() {
        var fixture = MachineFixture(SchedulerLimits(all: 3) { $0 == .thread ? 2 : .max })
        _ = fixture.setLimit(1, of: .group("group"))
        #expect(fixture.submit(1) { $0.group = "group" } == [.start(1)])
        #expect(fixture.submit(2) { $0.group = "group" } == [])
        #expect(fixture.submit(3) == [.start(3)])
        #expect(fixture.submit(4) == [])
        #expect(fixture.submit(5, .coroutine) == [.start(5)])
        #expect(fixture.submit(6, .coroutine) == [])
        // Of the two threads that have room the group has none for one.
        #expect(fixture.end(3).actions == [.start(4)])
        #expect(fixture.end(1).actions == [.start(2)])
    }

    @Test func limitsBelowOneCountAsOne() {
        var fixture = MachineFixture()
        for limit in [0, -1, .min] {
            for scope in [.all, .pending, .kind(.process), .group("group")] as [LimitScope] {
                _ = fixture.setLimit(limit, of: scope)
                #expect(fixture.machine.limit(of: scope) == 1)
                _ = fixture.setLimit(nil, of: scope)
                #expect(fixture.machine.limit(of: scope) == nil)
            }
        }
        #expect(fixture.machine.leftover == nil)
    }

    @Test func oneTooManyOfThoseThatWaitIsNotTakenIn() {
        var fixture = MachineFixture.full
        #expect(fixture.isFull(4) == true)
        #expect(!fixture.contains(4))
        #expect(!fixture.machine.hasRoom)
        _ = fixture.cancel(2)
        #expect(fixture.machine.hasRoom)
        #expect(fixture.isFull(5) == false)
    }

    @Test func whatCanStartAtOnceDoesNotWaitSoItIsTakenIn() {
        var fixture = MachineFixture.full
        #expect(fixture.submit(4, .coroutine) == [.start(4)])
        #expect(fixture.isFull(5) { $0.delay = .seconds(1) } == true)
        #expect(fixture.isFull(6) { $0.dependencies = [MachineFixture.id(1)] } == true)
        _ = fixture.machine.setPaused(true, at: fixture.now)
        #expect(fixture.isFull(7, .coroutine) == true)
    }

    @Test func whatReplacesAWaitingTaskTakesItsPlace() {
        var fixture = MachineFixture.full
        let actions = fixture.submit(4) { $0.key = "key" }
        #expect(actions == [.finish(3, .cancelled(.keyReplaced))])
        #expect(fixture.isFull(5) { ($0.key, $0.keyPolicy) = ("key", .enqueue) } == true)
    }

    @Test func whatIsNotTakenInReplacesNothing() {
        var fixture = MachineFixture(SchedulerLimits(pending: 1) { $0 == .thread ? 1 : .max })
        _ = fixture.submit(1) { $0.key = "key" }
        _ = fixture.submit(2)
        #expect(fixture.isFull(3) { $0.key = "key" } == true)
        #expect(fixture.end(1).end == .ends(nil))
    }

    @Test func whatNeverWaitsIsAnsweredAlsoWhenTheQueueIsFull() {
        var fixture = MachineFixture.full
        #expect(fixture.submit(4) { $0.hasFailedDependency = true } == [.finish(4, .cancelled(.dependencyFailed))])
        #expect(fixture.submit(5) { ($0.key, $0.keyPolicy) = ("key", .reject) } == [.finish(5, .keyInUse)])
        _ = fixture.submit(6, .coroutine) { $0.key = "other" }
        let actions = fixture.submit(7) { ($0.key, $0.dependencies) = ("other", [MachineFixture.id(6)]) }
        #expect(actions == [.finish(7, .dependencyCycle)])
    }

    @Test func whoWaitsForAnotherAttemptIsNotOneOfThoseThatWait() {
        var fixture = MachineFixture(SchedulerLimits(pending: 1))
        _ = fixture.submit(1)
        _ = fixture.end(1, succeeded: false, next: .seconds(1))
        #expect(fixture.machine.hasRoom)
    }

    @Test func theLimitOfThoseThatWaitCanBeChanged() {
        var fixture = MachineFixture.full
        _ = fixture.setLimit(3, of: .pending)
        #expect(fixture.isFull(4) == false)
        #expect(fixture.isFull(5) == true)
        _ = fixture.setLimit(1, of: .pending)
        #expect(fixture.machine.pendingCount == 3)
        _ = fixture.setLimit(nil, of: .pending)
        #expect(fixture.isFull(6) == false)
    }
}

extension MachineFixture {
    /// A thread runs, two wait, the second of them with a key, and no more may.
    fileprivate static var full: MachineFixture {
        var fixture = MachineFixture(SchedulerLimits(pending: 2) { $0 == .thread ? 1 : .max })
        _ = fixture.submit(1)
        _ = fixture.submit(2)
        _ = fixture.submit(3) { $0.key = "key" }
        return fixture
    }

    fileprivate mutating func isFull(
        _ number: UInt64,
        _ kind: TaskKind = .thread,
        _ describe: (inout TaskRequest) -> Void = { _ in }
    ) -> Bool {
        var request = TaskRequest(id: Self.id(number), kind: kind)
        describe(&request)
        if case (.full, let actions) = machine.submit(request, number, at: now) { return actions.isEmpty }
        return false
    }
}
