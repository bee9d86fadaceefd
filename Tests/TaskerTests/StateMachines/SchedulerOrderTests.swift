import Testing

@testable import Tasker

/// Promises 25 and 27: who of the waiting tasks starts first.
@Suite struct SchedulerOrderTests {
    /// One slot, which a task holds.
    private func fixture(ageing: Duration? = nil) -> MachineFixture {
        var fixture = MachineFixture(SchedulerLimits(all: 1), ageing: ageing)
        _ = fixture.submit(0)
        return fixture
    }

    /// Ends the one task that runs, again and again, and says who started.
    private func startOrder(_ fixture: inout MachineFixture) -> [UInt64] {
        var order: [UInt64] = []
        var running: UInt64 = 0
        while case .start(let next)? = fixture.end(running).actions.first {
            order.append(next)
            running = next
        }
        return order
    }

    @Test func promise27EqualsStartInTheOrderOfSubmission() {
        var fixture = fixture()
        for number in UInt64(1)...200 { _ = fixture.submit(number, TaskKind.allCases[Int(number % 4)]) }
        #expect(startOrder(&fixture) == Array(1...200))
    }

    @Test func promise25AnyIntegerIsAPriority() {
        for ageing in [nil, .zero, .seconds(1), .seconds(Int64.max)] as [Duration?] {
            var fixture = fixture(ageing: ageing)
            let priorities = [0, Int.min, 1, Int.max, -1, Int.min + 1, Int.max - 1]
            for (index, priority) in priorities.enumerated() {
                _ = fixture.submit(UInt64(index) + 1) { $0.priority = SchedulingPriority(rawValue: priority) }
            }
            #expect(startOrder(&fixture) == [4, 7, 3, 1, 5, 6, 2])
        }
    }

    @Test func promise25WhoWaitsGainsAPointInEachInterval() {
        var fixture = fixture(ageing: .seconds(1))
        _ = fixture.submit(1) { $0.priority = .low }
        _ = fixture.pass(.seconds(99))
        _ = fixture.submit(2)
        _ = fixture.pass(.seconds(2))
        _ = fixture.submit(3)
        #expect(startOrder(&fixture) == [2, 1, 3])
    }

    @Test func promise25WithoutAgeingPrioritiesAreAbsolute() {
        var fixture = fixture()
        _ = fixture.submit(1) { $0.priority = -1 }
        _ = fixture.pass(.seconds(10 * 365 * 86_400))
        _ = fixture.submit(2)
        #expect(startOrder(&fixture) == [2, 1])
    }

    @Test func aDelayedTaskWaitsFromTheEndOfItsDelay() {
        var fixture = fixture(ageing: .seconds(1))
        _ = fixture.submit(1) { $0.delay = .seconds(10) }
        _ = fixture.pass(.seconds(5))
        _ = fixture.submit(2)
        _ = fixture.pass(.seconds(10))
        #expect(startOrder(&fixture) == [2, 1])
    }

    @Test func aPriorityIsChangedWhileTheTaskWaitsAndItsPlaceAmongEqualsStays() {
        var fixture = fixture()
        for number in UInt64(1)...4 { _ = fixture.submit(number) }
        #expect(fixture.setPriority(.high, of: 3) == true)
        #expect(fixture.setPriority(.high, of: 2) == true)
        #expect(fixture.setPriority(.low, of: 1) == true)
        #expect(startOrder(&fixture) == [2, 3, 4, 1])
    }

    @Test func thePriorityOfATaskThatHasBegunStays() {
        var fixture = fixture()
        #expect(fixture.setPriority(.high, of: 0) == false)
        _ = fixture.end(0, succeeded: false, next: .seconds(1))
        #expect(fixture.setPriority(.high, of: 0) == false)
        #expect(fixture.setPriority(.high, of: 77) == false)
    }

    @Test func aPriorityChangedBeforeTheTaskCouldStartCounts() {
        var fixture = fixture()
        _ = fixture.submit(1) { $0.delay = .seconds(1) }
        _ = fixture.submit(2)
        #expect(fixture.setPriority(.high, of: 1) == true)
        _ = fixture.pass(.seconds(1))
        #expect(startOrder(&fixture) == [1, 2])
    }

    @Test func aBodyThatGoesOnAfterAPauseStandsInTheQueueByItsPriority() {
        var fixture = fixture()
        _ = fixture.pause(0)
        _ = fixture.standsStill(0)
        _ = fixture.submit(1)
        _ = fixture.submit(2)
        _ = fixture.submit(3) { $0.priority = .high }
        _ = fixture.resume(0)
        #expect(fixture.end(1).actions == [.start(3)])
        #expect(fixture.end(3).actions == [.resumeBody(0)])
        #expect(fixture.end(0).actions == [.start(2)])
    }
}
