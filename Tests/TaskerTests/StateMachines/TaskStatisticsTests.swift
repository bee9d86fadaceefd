import Testing

@testable import Tasker

@Suite struct TaskStatisticsTests {
    private func counts(_ statistics: TaskStatistics) -> [Int] {
        TaskState.allCases.map { statistics.count(in: $0) }
    }

    @Test func inTheBeginningThereIsNothing() {
        let statistics = TaskStatistics()
        #expect(statistics.total == 0)
        #expect(counts(statistics) == [0, 0, 0, 0, 0])
        #expect(statistics.waitingTime.median == nil)
        #expect(statistics.runningTime.median == nil)
    }

    @Test func everyTaskIsInOneState() {
        var statistics = TaskStatistics()
        for _ in 0..<6 { statistics.addTask() }
        #expect(counts(statistics) == [6, 0, 0, 0, 0])
        for _ in 0..<4 { statistics.move(from: .pending, to: .running, after: .seconds(1)) }
        #expect(counts(statistics) == [2, 4, 0, 0, 0])
        statistics.move(from: .running, to: .completed, after: .seconds(2))
        statistics.move(from: .running, to: .failed, after: .seconds(3))
        statistics.move(from: .running, to: .cancelled, after: .seconds(4))
        statistics.move(from: .pending, to: .cancelled, after: .seconds(50))
        #expect(counts(statistics) == [1, 1, 1, 1, 2])
        #expect(statistics.total == 6)
        // Whatever the outcome.
        #expect(statistics.runningTime.count == 3)
        #expect(statistics.runningTime.minimum == .seconds(2))
        #expect(statistics.runningTime.maximum == .seconds(4))
    }

    @Test func waitingEndsWithTheBeginningAndRunningWithTheEnd() {
        var statistics = TaskStatistics()
        for _ in 0..<2 { statistics.addTask() }
        statistics.move(from: .pending, to: .running, after: .seconds(7))
        #expect(statistics.waitingTime.maximum == .seconds(7))
        #expect(statistics.runningTime.count == 0)
        statistics.move(from: .running, to: .failed, after: .seconds(9))
        #expect(statistics.waitingTime.count == 1)
        #expect(statistics.runningTime.maximum == .seconds(9))
        // Never begun: it is no measure of how long one waits for the beginning.
        statistics.move(from: .pending, to: .cancelled, after: .seconds(1000))
        #expect(statistics.waitingTime.count == 1)
        #expect(statistics.runningTime.count == 1)
    }
}
