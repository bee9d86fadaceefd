import Testing

@testable import Tasker

/// Delays, timeouts, deadlines, retries and iterations in the state machine.
@Suite struct SchedulerTimeTests {
    @Test func promise03ADelayedTaskIsPendingAndHoldsNoSlot() {
        var fixture = MachineFixture.single
        #expect(fixture.submit(1) { $0.delay = .seconds(2) } == [])
        #expect(fixture.machine.pendingCount == 1)
        #expect(fixture.submit(2) == [.start(2)])
        _ = fixture.end(2)
        #expect(fixture.pass(.seconds(1)) == [])
        #expect(fixture.machine.nextTimer - fixture.now == .seconds(1))
        #expect(fixture.pass(.seconds(1)) == [.start(1)])
    }

    @Test func durationsBelowZeroAreZeroAndAbsurdOnesTenYears() {
        var fixture = MachineFixture()
        #expect(fixture.submit(1) { $0.delay = .seconds(-5) } == [.start(1)])
        #expect(fixture.submit(2) { $0.timeout = .seconds(-5) } == [.start(2)])
        #expect(fixture.submit(3) { $0.deadline = .seconds(-5) } == [.start(3)])
        #expect(fixture.submit(4) { $0.delay = .seconds(Int64.max) } == [])
        let actions = fixture.pass(.zero)
        #expect(
            Set(actions.map { "\($0)" }) == [
                "cancelBody(2, timeout)", "cancelBody(3, timeout)",
            ]
        )
        #expect(fixture.machine.nextTimer.duration == .seconds(10 * 365 * 86_400))
    }

    @Test func promise36NothingIsTimedWhereNothingWaitsForATime() {
        var fixture = MachineFixture.single
        _ = fixture.submit(1)
        _ = fixture.submit(2)
        #expect(fixture.machine.nextTimer == .never)
        _ = fixture.submit(3) { ($0.timeout, $0.deadline, $0.delay) = (.seconds(1), .seconds(2), .seconds(3)) }
        #expect(fixture.cancel(3).changed)
        #expect(fixture.machine.nextTimer == .never)
    }

    @Test func anAttemptWhoseTimeIsUpIsCancelledAndEndsForThat() {
        var fixture = MachineFixture()
        _ = fixture.submit(1) { $0.timeout = .seconds(3) }
        #expect(fixture.pass(.seconds(2)) == [])
        #expect(fixture.pass(.seconds(1)) == [.cancelBody(1, .timeout)])
        #expect(fixture.pass(.seconds(9)) == [])
        #expect(!fixture.cancel(1).changed)
        #expect(fixture.end(1).end == .ends(.timeout))
    }

    @Test func anAttemptWhoseTimeIsUpMayBeFollowedByAnotherWithItsOwnTime() {
        var fixture = MachineFixture()
        _ = fixture.submit(1) { ($0.timeout, $0.retriesTimeouts) = (.seconds(3), true) }
        #expect(fixture.pass(.seconds(3)) == [.cancelBody(1, .timeout)])
        #expect(!fixture.machine.isCancelled(MachineFixture.id(1)))
        #expect(fixture.machine.bodyReturned(MachineFixture.id(1)) == true)
        #expect(fixture.end(1, succeeded: false, next: .seconds(1)).end == .goesOn)
        #expect(fixture.pass(.seconds(1)) == [.start(1)])
        #expect(fixture.pass(.seconds(2)) == [])
        #expect(fixture.pass(.seconds(1)) == [.cancelBody(1, .timeout)])
        #expect(fixture.cancel(1).actions == [.cancelBody(1, .user)])
        #expect(fixture.end(1, next: .seconds(1)).end == .ends(.user))
    }

    @Test func aBodyThatHasReturnedHasTimeEnough() {
        var fixture = MachineFixture()
        _ = fixture.submit(1) { ($0.timeout, $0.retriesTimeouts) = (.seconds(3), true) }
        #expect(fixture.machine.bodyReturned(MachineFixture.id(1)) == false)
        #expect(fixture.pass(.seconds(5)) == [])
        #expect(fixture.end(1).end == .ends(nil))
    }

    // A thread that the body has left behind stands still, and the body itself returns.
    @Test func aBodyThatHasReturnedWhileItStoodStillHasTimeEnough() {
        var fixture = MachineFixture()
        _ = fixture.submit(1) { ($0.timeout, $0.retriesTimeouts) = (.seconds(3), true) }
        _ = fixture.pause(1)
        #expect(fixture.standsStill(1) == true)
        #expect(fixture.machine.bodyReturned(MachineFixture.id(1)) == false)
        #expect(fixture.resume(1) == [.resumeBody(1)])
        #expect(fixture.pass(.seconds(5)) == [])
        #expect(fixture.end(1).end == .ends(nil))
    }

    @Test func aDeadlineEndsATaskWhereverItIs() {
        var fixture = MachineFixture.single
        _ = fixture.submit(1) { $0.deadline = .seconds(1) }
        _ = fixture.submit(2) { $0.deadline = .seconds(2) }
        _ = fixture.submit(3) { ($0.deadline, $0.delay) = (.seconds(3), .seconds(9)) }
        _ = fixture.submit(4) { ($0.deadline, $0.dependencies) = (.seconds(4), [MachineFixture.id(1)]) }
        #expect(fixture.pass(.seconds(1)) == [.cancelBody(1, .timeout)])
        #expect(fixture.pass(.seconds(1)) == [.finish(2, .timedOut)])
        #expect(fixture.pass(.seconds(1)) == [.finish(3, .timedOut)])
        #expect(fixture.pass(.seconds(1)) == [.finish(4, .timedOut)])
        #expect(fixture.end(1).end == .ends(.timeout))
        #expect(fixture.machine.leftover == nil)
    }

    @Test func aDeadlineEndsATaskThatWaitsForAnotherAttempt() {
        var fixture = MachineFixture()
        _ = fixture.submit(1) { $0.deadline = .seconds(5) }
        _ = fixture.end(1, succeeded: false, next: .seconds(10))
        #expect(fixture.pass(.seconds(5)) == [.finish(1, .timedOut)])
    }

    @Test func promise15AnAbandonableTaskWhoseTimeIsUpFailsAtOnce() {
        var fixture = MachineFixture()
        _ = fixture.submit(1) { ($0.deadline, $0.isAbandonable) = (.seconds(1), true) }
        #expect(fixture.pass(.seconds(1)) == [.cancelBody(1, .timeout), .finish(1, .timedOut)])
        #expect(fixture.end(1).end == .wasAbandoned)
    }

    @Test func promise31ATaskWhoseTimeIsUpFailsAlsoWhenItsBodyIsLeftBehind() {
        var fixture = MachineFixture()
        _ = fixture.submit(1) { $0.deadline = .seconds(1) }
        _ = fixture.submit(2)
        _ = fixture.pass(.seconds(1))
        let actions = fixture.machine.abandonAll(at: fixture.now)
        #expect(actions == [.finish(1, .timedOut), .finish(2, .cancelled(.shutdown))])
    }

    @Test func aTaskThatWaitsForAnotherAttemptHoldsNoSlotAndKeepsItsKey() {
        var fixture = MachineFixture.single
        _ = fixture.submit(1) { $0.key = "key" }
        _ = fixture.submit(2)
        _ = fixture.submit(3, .coroutine) { ($0.key, $0.keyPolicy) = ("key", .enqueue) }
        #expect(fixture.end(1, succeeded: false, next: .seconds(1)).actions == [.start(2)])
        #expect(fixture.pass(.seconds(1)) == [])
        #expect(fixture.end(2).actions == [.start(1)])
        #expect(fixture.end(1).actions == [.start(3)])
    }

    @Test func aTaskThatWaitsForAnotherAttemptIsNotPendingAndIsCancelledAtOnce() {
        var fixture = MachineFixture()
        _ = fixture.submit(1)
        _ = fixture.end(1, succeeded: false, next: .seconds(1))
        #expect(fixture.machine.pendingCount == 0)
        #expect(!fixture.machine.isIdle)
        #expect(fixture.cancel(1).actions == [.finish(1, .cancelled(.user))])
    }

    @Test func promise31APeriodicTaskEndsWithTheIterationThatRuns() {
        var fixture = MachineFixture()
        _ = fixture.submit(1) { $0.isPeriodic = true }
        _ = fixture.submit(2) { $0.isPeriodic = true }
        _ = fixture.end(2, next: .seconds(1))
        #expect(fixture.machine.close(at: fixture.now) == [.finish(2, .cancelled(.shutdown))])
        #expect(fixture.end(1, next: .seconds(1)).end == .ends(.shutdown))
        #expect(fixture.machine.isIdle)
    }

    @Test func timeThatGoesBackwardsIsNoTime() {
        var fixture = MachineFixture()
        _ = fixture.pass(.seconds(5))
        _ = fixture.machine.passTime(to: .zero)
        _ = fixture.submit(1) { $0.delay = .seconds(1) }
        #expect(fixture.pass(.seconds(1)) == [.start(1)])
    }
}
