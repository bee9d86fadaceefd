import Testing

@testable import Tasker

/// Pauses in the state machine.
@Suite struct SchedulerPauseTests {
    @Test func promise03APausedTaskThatWaitsGoesOnWaiting() {
        var fixture = MachineFixture.single
        _ = fixture.submit(1)
        _ = fixture.submit(2)
        _ = fixture.submit(3)
        #expect(fixture.pause(2) == [])
        #expect(fixture.end(1).actions == [.start(3)])
        #expect(fixture.end(3).actions == [])
        #expect(fixture.machine.pendingCount == 1)
        #expect(fixture.resume(2) == [.start(2)])
    }

    @Test func pausingSaysWhetherItChangedAnything() {
        var fixture = MachineFixture()
        _ = fixture.submit(1)
        let id = MachineFixture.id(1)
        #expect(!fixture.machine.resume(id, at: fixture.now).changed)
        #expect(fixture.machine.pause(id, at: fixture.now).changed)
        #expect(!fixture.machine.pause(id, at: fixture.now).changed)
        #expect(fixture.machine.resume(id, at: fixture.now).changed)
        _ = fixture.cancel(1)
        #expect(!fixture.machine.pause(id, at: fixture.now).changed)
        #expect(!fixture.machine.pause(MachineFixture.id(2), at: fixture.now).changed)
        #expect(!fixture.machine.setPaused(false, at: fixture.now).changed)
        #expect(!fixture.machine.setPaused(false, group: "group", at: fixture.now).changed)
    }

    @Test func aBodyThatStandsStillGivesItsSlotBackAndWaitsForOneToGoOn() {
        var fixture = MachineFixture.single
        _ = fixture.submit(1)
        _ = fixture.submit(2)
        #expect(fixture.pause(1) == [.pauseBody(1)])
        #expect(fixture.machine.runningCount == 1)
        let (standsStill, actions) = fixture.machine.reachedCheckpoint(MachineFixture.id(1), at: fixture.now)
        #expect(standsStill)
        #expect(actions == [.start(2)])
        #expect(fixture.resume(1) == [])
        #expect(fixture.machine.isStandingStill(MachineFixture.id(1)))
        // Another thread of the same body.
        #expect(fixture.standsStill(1) == true)
        #expect(fixture.end(2).actions == [.resumeBody(1)])
        #expect(fixture.standsStill(1) == false)
        #expect(fixture.end(1).end == .ends(nil))
    }

    @Test func aProcessStandsStillAtOnce() {
        var fixture = MachineFixture(SchedulerLimits(all: 1))
        _ = fixture.submit(1, .process)
        _ = fixture.submit(2, .command)
        #expect(fixture.pause(1) == [.pauseBody(1), .start(2)])
        #expect(fixture.pause(2) == [.pauseBody(2)])
        #expect(fixture.resume(1) == [.resumeBody(1)])
        #expect(fixture.resume(2) == [])
    }

    @Test func aBodyThatHasNotStoodStillYetGoesOnWithItsSlot() {
        var fixture = MachineFixture.single
        _ = fixture.submit(1)
        _ = fixture.submit(2)
        #expect(fixture.pause(1) == [.pauseBody(1)])
        #expect(fixture.resume(1) == [.resumeBody(1)])
        #expect(fixture.standsStill(1) == false)
    }

    @Test func aGroupIsPausedWithThoseThatJoinIt() {
        var fixture = MachineFixture()
        _ = fixture.submit(1) { $0.group = "group" }
        _ = fixture.submit(2)
        #expect(fixture.machine.setPaused(true, group: "group", at: fixture.now).actions == [.pauseBody(1)])
        #expect(fixture.machine.isPaused(group: "group"))
        #expect(fixture.submit(3) { $0.group = "group" } == [])
        #expect(fixture.submit(4) == [.start(4)])
        #expect(fixture.standsStill(1) == true)
        #expect(fixture.standsStill(2) == false)
        let actions = fixture.machine.setPaused(false, group: "group", at: fixture.now).actions
        #expect(actions == [.resumeBody(1), .start(3)])
    }

    @Test func theManagerIsPausedWithWhatIsSubmitted() {
        var fixture = MachineFixture()
        _ = fixture.submit(1)
        #expect(fixture.machine.setPaused(true, at: fixture.now).actions == [.pauseBody(1)])
        #expect(fixture.submit(2) == [])
        #expect(fixture.machine.setPaused(false, at: fixture.now).actions == [.resumeBody(1), .start(2)])
    }

    @Test func whatIsPausedTwiceIsResumedTwice() {
        var fixture = MachineFixture()
        _ = fixture.submit(1) { $0.group = "group" }
        _ = fixture.pause(1)
        _ = fixture.machine.setPaused(true, group: "group", at: fixture.now)
        _ = fixture.machine.setPaused(true, at: fixture.now)
        #expect(fixture.standsStill(1) == true)
        #expect(fixture.machine.setPaused(false, at: fixture.now).actions == [])
        #expect(fixture.resume(1) == [])
        #expect(fixture.machine.setPaused(false, group: "group", at: fixture.now).actions == [.resumeBody(1)])
    }

    @Test func promise14ACancelWakesWhatStandsStillWithoutWaitingForASlot() {
        var fixture = MachineFixture.single
        _ = fixture.submit(1)
        _ = fixture.submit(2)
        _ = fixture.pause(1)
        _ = fixture.standsStill(1)
        #expect(fixture.cancel(1).actions == [.cancelBody(1, .user), .resumeBody(1)])
        #expect(fixture.machine.runningCount == 1)
        #expect(fixture.end(1).actions == [])
        #expect(fixture.end(2).actions == [])
        #expect(fixture.machine.leftover == nil)
    }

    @Test func theTimeOfAnAttemptStandsStillAndTheDeadlineDoesNot() {
        var fixture = MachineFixture()
        _ = fixture.submit(1) { ($0.timeout, $0.deadline) = (.seconds(5), .seconds(100)) }
        _ = fixture.pass(.seconds(2))
        _ = fixture.pause(1)
        // Until it stands still its time goes on.
        _ = fixture.pass(.seconds(1))
        _ = fixture.standsStill(1)
        #expect(fixture.pass(.seconds(50)) == [])
        #expect(fixture.resume(1) == [.resumeBody(1)])
        #expect(fixture.pass(.seconds(1)) == [])
        #expect(fixture.pass(.seconds(1)) == [.cancelBody(1, .timeout)])
        _ = fixture.submit(2) { $0.deadline = .seconds(10) }
        _ = fixture.pause(2)
        _ = fixture.standsStill(2)
        #expect(fixture.pass(.seconds(10)) == [.cancelBody(2, .timeout), .resumeBody(2)])
    }

    @Test func aDelayGoesOnWhileTheTaskIsPaused() {
        var fixture = MachineFixture()
        _ = fixture.submit(1) { $0.delay = .seconds(2) }
        _ = fixture.pause(1)
        #expect(fixture.pass(.seconds(2)) == [])
        #expect(fixture.resume(1) == [.start(1)])
    }

    @Test func aTaskPausedBetweenTwoAttemptsGoesOnWhenItIsResumed() {
        var fixture = MachineFixture()
        _ = fixture.submit(1)
        _ = fixture.pause(1)
        #expect(fixture.end(1, succeeded: false, next: .seconds(1)).end == .goesOn)
        #expect(fixture.pass(.seconds(1)) == [])
        #expect(fixture.resume(1) == [.start(1)])
        #expect(fixture.standsStill(1) == false)
    }

    @Test func aPausedTaskKeepsItsKey() {
        var fixture = MachineFixture()
        _ = fixture.submit(1) { $0.key = "key" }
        _ = fixture.pause(1)
        _ = fixture.standsStill(1)
        #expect(fixture.submit(2) { ($0.key, $0.keyPolicy) = ("key", .enqueue) } == [])
        #expect(fixture.resume(1) == [.resumeBody(1)])
        #expect(fixture.end(1).actions == [.start(2)])
    }

    @Test func aBodyWhoseTimeIsUpIsNotStoppedBeforeItHasEnded() {
        var fixture = MachineFixture()
        _ = fixture.submit(1, .command) { ($0.timeout, $0.retriesTimeouts) = (.seconds(1), true) }
        #expect(fixture.pass(.seconds(1)) == [.cancelBody(1, .timeout)])
        // Stopped, it would not hear of it.
        #expect(fixture.pause(1) == [])
        #expect(fixture.end(1, succeeded: false, next: .zero).actions == [])
        #expect(fixture.resume(1) == [.start(1)])
    }
}
