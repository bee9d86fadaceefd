import Testing

@testable import Tasker

/// Dependencies in the state machine.
@Suite struct SchedulerDependencyTests {
    @Test func aTaskStartsWhenAllItsDependenciesHaveCompleted() {
        var fixture = MachineFixture()
        _ = fixture.submit(1)
        _ = fixture.submit(2)
        #expect(fixture.submit(3, after: [1, 2]) == [])
        #expect(fixture.end(1).actions == [])
        #expect(fixture.end(2).actions == [.start(3)])
    }

    @Test func promise17AFailureCancelsDependantsAndTheirs() {
        var fixture = MachineFixture()
        _ = fixture.submit(1)
        _ = fixture.submit(2, after: [1])
        _ = fixture.submit(3, after: [2])
        _ = fixture.submit(4, after: [1])
        let reason = MachineFixture.Machine.Ending.cancelled(.dependencyFailed)
        #expect(
            fixture.end(1, succeeded: false).actions == [.finish(2, reason), .finish(4, reason), .finish(3, reason)]
        )
        #expect(fixture.machine.leftover == nil)
    }

    @Test func aCancelledDependencyCancelsDependantsWhenItsBodyHasEnded() {
        var fixture = MachineFixture()
        _ = fixture.submit(1)
        _ = fixture.submit(2, after: [1])
        #expect(fixture.cancel(1).actions == [.cancelBody(1, .user)])
        #expect(fixture.end(1).actions == [.finish(2, .cancelled(.dependencyFailed))])
    }

    @Test func anAbandonedDependencyCancelsDependantsAtOnce() {
        var fixture = MachineFixture()
        _ = fixture.submit(1) { $0.isAbandonable = true }
        _ = fixture.submit(2, after: [1])
        #expect(fixture.cancel(1).actions.last == .finish(2, .cancelled(.dependencyFailed)))
        #expect(fixture.end(1).actions == [])
        #expect(fixture.machine.leftover == nil)
    }

    @Test func whoRunsRegardlessStartsAfterAFailure() {
        var fixture = MachineFixture()
        _ = fixture.submit(1)
        _ = fixture.submit(2, after: [1], runsRegardless: true)
        #expect(fixture.end(1, succeeded: false).actions == [.start(2)])
    }

    @Test func aTaskWhoseDependencyHasFailedNeverStarts() {
        var fixture = MachineFixture()
        #expect(fixture.submit(1) { $0.hasFailedDependency = true } == [.finish(1, .cancelled(.dependencyFailed))])
        #expect(!fixture.contains(1))
    }

    @Test func aDependencyAddedToATaskThatOnlyWaitsForASlotIsWaitedFor() {
        var fixture = MachineFixture.single
        _ = fixture.submit(1)
        _ = fixture.submit(2)
        _ = fixture.submit(3, .coroutine)
        #expect(fixture.addDependency(3, to: 2) == .added)
        #expect(fixture.end(1).actions == [])
        #expect(fixture.end(3).actions == [.start(2)])
    }

    @Test func aDependencyAddedToAPausedTaskIsWaitedFor() {
        var fixture = MachineFixture.single
        _ = fixture.submit(1)
        _ = fixture.submit(2)
        _ = fixture.pause(2)
        #expect(fixture.addDependency(1, to: 2) == .added)
        #expect(fixture.end(1).actions == [])
        #expect(fixture.resume(2) == [.start(2)])
    }

    @Test func aDelayGoesOnWhileADependencyIsWaitedFor() {
        var fixture = MachineFixture()
        _ = fixture.submit(1)
        _ = fixture.submit(2) { ($0.dependencies, $0.delay) = ([MachineFixture.id(1)], .seconds(5)) }
        #expect(fixture.pass(.seconds(3)) == [])
        #expect(fixture.end(1).actions == [])
        #expect(fixture.pass(.seconds(2)) == [.start(2)])
    }

    @Test func aTaskThatHasBegunTakesNoDependency() {
        var fixture = MachineFixture()
        _ = fixture.submit(1)
        _ = fixture.submit(2)
        #expect(fixture.addDependency(2, to: 1) == .tooLate)
        #expect(fixture.addDependency(2, to: 9) == .tooLate)
    }

    @Test func aCycleIsRefused() {
        var fixture = MachineFixture.single
        for number in UInt64(1)...4 { _ = fixture.submit(number) }
        #expect(fixture.addDependency(3, to: 2) == .added)
        #expect(fixture.addDependency(4, to: 3) == .added)
        #expect(fixture.addDependency(2, to: 4) == .cycle)
        #expect(fixture.addDependency(2, to: 2) == .cycle)
        #expect(fixture.end(1).actions == [.start(4)])
        #expect(fixture.end(4).actions == [.start(3)])
        #expect(fixture.end(3).actions == [.start(2)])
    }

    @Test func aCycleThroughTheTurnOfAKeyIsRefused() {
        var fixture = MachineFixture.single
        _ = fixture.submit(1)
        for number in UInt64(2)...3 { _ = fixture.submit(number) { ($0.key, $0.keyPolicy) = ("key", .enqueue) } }
        #expect(fixture.addDependency(3, to: 2) == .cycle)
        #expect(fixture.addDependency(2, to: 3) == .added)
        #expect(fixture.end(1).actions == [.start(2)])
    }

    // Seconds, when each task of a line is asked for all before it.
    @Test func promise35ALongLineOfAKeyIsGoneThroughOnce() {
        var fixture = MachineFixture.single
        _ = fixture.submit(1)
        for number in UInt64(2)...20_000 { _ = fixture.submit(number) { ($0.key, $0.keyPolicy) = ("key", .enqueue) } }
        _ = fixture.submit(20_001, after: [20_000])
        #expect(fixture.addDependency(20_001, to: 2) == .cycle)
        #expect(fixture.addDependency(20_000, to: 20_001) == .added)
    }

    @Test func whoDependsOnATaskThatItReplacesIsRefusedAndReplacesNothing() {
        var fixture = MachineFixture.single
        _ = fixture.submit(1) { $0.key = "key" }
        _ = fixture.submit(2, after: [1])
        let actions = fixture.submit(3) { ($0.key, $0.dependencies) = ("key", [MachineFixture.id(2)]) }
        #expect(actions == [.finish(3, .dependencyCycle)])
        #expect(fixture.end(1).end == .ends(nil))
    }

    @Test func aTaskOfAnotherManagerIsWaitedForUntilItIsSaidToHaveEnded() {
        var fixture = MachineFixture()
        _ = fixture.submit(1, after: [1000])
        _ = fixture.submit(2, after: [2000])
        let foreign = MachineFixture.id(1000)
        #expect(fixture.machine.dependencyEnded(foreign, succeeded: true, at: fixture.now) == [.start(1)])
        #expect(fixture.machine.dependencyEnded(foreign, succeeded: true, at: fixture.now) == [])
        let other = MachineFixture.id(2000)
        let actions = fixture.machine.dependencyEnded(other, succeeded: false, at: fixture.now)
        #expect(actions == [.finish(2, .cancelled(.dependencyFailed))])
    }

    @Test func aFailureAtTheHeadOfALongChainNeedsNoDeepStack() {
        var fixture = MachineFixture.single
        let count: UInt64 = 100_000
        _ = fixture.submit(1)
        for number in 2...count { _ = fixture.submit(number, after: [number - 1]) }
        #expect(fixture.addDependency(count, to: 2) == .cycle)
        let actions = fixture.end(1, succeeded: false).actions
        #expect(actions.count == Int(count) - 1)
        #expect(actions.last == .finish(count, .cancelled(.dependencyFailed)))
        #expect(fixture.machine.leftover == nil)
    }
}

extension MachineFixture {
    fileprivate mutating func submit(
        _ number: UInt64,
        after dependencies: [UInt64],
        runsRegardless: Bool = false
    ) -> [Machine.Action] {
        submit(number) { request in
            request.dependencies = dependencies.map { Self.id($0) }
            request.runsAfterFailures = runsRegardless
        }
    }

    @Test func promise35ALongLineOfAKeyIsWalkedOnceInSearchOfACircle() {
        var line = KeyLine(MachineFixture.id(1))
        for number in UInt64(2)...1000 { line.append(MachineFixture.id(number)) }
        _ = line.remove(MachineFixture.id(500))
        let goals: Set = [MachineFixture.id(1001)]
        var (walk, looks) = (line.makeWalk(), 0)
        let leads = DependencyGraph().leads(from: [MachineFixture.id(10), MachineFixture.id(1000)], to: goals) { id in
            let before = walk.tasks(before: id)
            looks += before.count
            return before
        }
        #expect(!leads)
        #expect(looks == 998)
    }

    @Test func aCircleThroughALineOfAKeyIsFoundWhereverItBegins() {
        var fixture = MachineFixture.single
        _ = fixture.submit(1)
        for number in UInt64(2)...6 { _ = fixture.submit(number) { ($0.key, $0.keyPolicy) = ("key", .enqueue) } }
        _ = fixture.submit(7, after: [4])
        _ = fixture.submit(8, after: [2, 6])
        #expect(fixture.addDependency(8, to: 3) == .cycle)
        #expect(fixture.addDependency(7, to: 4) == .cycle)
        #expect(fixture.addDependency(7, to: 2) == .cycle)
        #expect(fixture.addDependency(7, to: 5) == .added)
    }
}
