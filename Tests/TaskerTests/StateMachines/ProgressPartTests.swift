import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Tasker

/// Promises 19, 20 and 22: parts that add up, and ranges among them.
@Suite struct ProgressPartTests {
    private let cell = TaskCell(id: TaskID(rawValue: 1))
    private var context: ExecutionContext { ExecutionContext(cell) }

    @Test func promise22PartsOfManyThreadsAddUpExactly() throws {
        try context.setTotal(88)
        let parts = try (1...8).map { try context.subContext(weight: Double($0) + 2, total: 7_000) }
        DispatchQueue.concurrentPerform(iterations: 16) { thread in
            // Two threads a part, and each its own values in between; the last are the same.
            for step in 0..<7_000 { parts[thread / 2].setProgress((step &* (thread + 1)) % 7_000) }
            parts[thread / 2].setProgress(3_500)
        }
        // The weights make 52 of 88.
        #expect(cell.progress == 26.0 / 88)
        DispatchQueue.concurrentPerform(iterations: 8) { parts[$0].setProgress(7_000) }
        #expect(cell.progress == 52.0 / 88)
        context.setProgress(36)
        #expect(cell.progress == 1)
        DispatchQueue.concurrentPerform(iterations: 8) { parts[$0].setProgress(0) }
        #expect(cell.progress == 36.0 / 88)
    }

    @Test(arguments: [1.0, 3, 7, 1e-300, 1e300, 0.1])
    func promise22WhatHasNoExactFractionAddsUpToOne(_ total: Double) throws {
        try context.setTotal(total)
        let parts = try (0..<7).map { _ in try context.subContext(weight: total / 7, total: 3) }
        DispatchQueue.concurrentPerform(iterations: 7) { number in
            for step in 0...3 { parts[number].setProgress(step) }
        }
        #expect(abs(try #require(cell.progress) - 1) < 1e-11)
    }

    // Without the second look of a report at what it handed on, one of twenty rounds loses a thread's; only where the two
    // really run at once, so on a busy machine this sees less.
    @Test func promise22WhatThreadsReportAtTheSameTimeIsNeverLost() throws {
        let context = context
        let arrived = Atomic(0)
        let lost = Atomic(0)
        let phase = try context.subContext(base: 0.5, range: 0.5, total: 4)
        let half = try phase.subContext(weight: 2.0).subContext(base: 0, range: 1, total: 2)
        let parts = try (0..<2).map { _ in try half.subContext(weight: 1.0) }
        @Sendable func meet(_ count: Int) {
            arrived.wrappingAdd(1, ordering: .sequentiallyConsistent)
            var looks = 0
            // Without sleep at first, so that both go on at the same moment.
            while arrived.load(ordering: .sequentiallyConsistent) < 2 * count {
                looks += 1
                if looks > 10_000 { sched_yield() }
            }
        }
        DispatchQueue.concurrentPerform(iterations: 2) { number in
            for round in 0..<10_000 {
                meet(3 * round + 1)
                // Now the one is ahead, now the other, by a little more or less.
                for _ in 0..<(number == 0 ? round % 64 : 32) { _ = lost.load(ordering: .relaxed) }
                parts[number].setProgress(1)
                meet(3 * round + 2)
                if context.cell.progress != 0.75 { lost.wrappingAdd(1, ordering: .relaxed) }
                meet(3 * round + 3)
                parts[number].setProgress(0)
            }
        }
        #expect(lost.load(ordering: .relaxed) == 0)
    }

    @Test func promise22RangesAndPartsMix() throws {
        try context.setTotal(10)
        // A part of 4 whose second half is a range.
        let part = try context.subContext(weight: 4.0)
        let end = try part.subContext(base: 0.5, range: 0.5, total: 10)
        end.setProgress(0)
        #expect(cell.progress == 0.2)
        end.setProgress(5)
        #expect(abs(try #require(cell.progress) - 0.3) < 1e-12)
        // A range of the whole: it replaces what the whole reported, and adds to what the part has done.
        let range = try context.subContext(base: 0.2, range: 0.2)
        try range.subContext(weight: 0.5).setProgress(1)
        #expect(abs(try #require(cell.progress) - 0.6) < 1e-12)
        range.setProgress(0.5)
        #expect(abs(try #require(cell.progress) - 0.7) < 1e-12)
        context.setProgress(0)
        #expect(abs(try #require(cell.progress) - 0.3) < 1e-12)
    }

    @Test func promise22APartGoesOnCountingAfterItsContextWasLetGo() throws {
        for _ in 0..<4 { try context.subContext(weight: 0.25, total: 10).setProgress(10) }
        #expect(cell.progress == 1)
    }

    @Test func promise22SumsAreClampedAndComeBack() throws {
        let first = try context.subContext(weight: 1)
        let second = try context.subContext(weight: 1.5)
        first.setProgress(1)
        second.setProgress(1)
        #expect(cell.progress == 1)
        second.setProgress(0)
        first.setProgress(0.25)
        #expect(cell.progress == 0.25)
    }

    @Test func promise22ATotalThatGrowsCountsForWhatWasDoneBefore() throws {
        try context.setTotal(10)
        try context.subContext(weight: 5).setProgress(1)
        #expect(cell.progress == 0.5)
        try context.setTotal(20)
        #expect(cell.progress == 0.25)
        let part = try context.subContext(weight: 10, total: 2)
        try part.subContext(weight: 1).setProgress(1)
        #expect(cell.progress == 0.5)
        try part.setTotal(4)
        #expect(cell.progress == 0.375)
    }

    @Test func promise19AWeightThatIsNotPositiveIsAnErrorAtTheCall() throws {
        for weight in [0, -1, Double.nan, .infinity, -.infinity] {
            let error = #expect(throws: TaskerError.self) { try context.subContext(weight: weight) }
            #expect(error?.code == .invalidWeight)
        }
        #expect(throws: TaskerError.self) { try context.subContext(weight: 0) }
        let error = #expect(throws: TaskerError.self) { try context.subContext(weight: 1, total: 0) }
        #expect(error?.code == .invalidTotal)
        #expect(cell.progress == nil)
    }

    @Test func promise19HugeAndTinyWeightsNeverMakeNoNumber() throws {
        let weights = [Double.greatestFiniteMagnitude, 1e300, 1, Double.leastNonzeroMagnitude]
        let parts = try weights.map { try context.subContext(weight: $0) }
        for _ in 0..<3 {
            for value in [1, 0, 0.5, 1.0] {
                for part in parts {
                    part.setProgress(value)
                    #expect((0...1).contains(try #require(cell.progress)))
                }
            }
        }
    }

    @Test func promise19ZeroWithASignIsKnown() {
        context.setProgress(-0.0)
        #expect(cell.progress == 0)
    }

    // MARK: - Back to indeterminate

    @Test func promise19ProgressCanBeForgottenAtAnyTime() throws {
        context.setIndeterminate()
        #expect(cell.progress == nil)
        context.setProgress(0.8)
        let part = try context.subContext(weight: 0.1)
        part.setProgress(1)
        context.setIndeterminate()
        #expect(cell.progress == nil)
        context.setProgress(0.2)
        #expect(cell.progress == 0.2)
        // Counts on from where it is.
        part.setProgress(1)
        #expect(cell.progress == 0.2)
        try context.subContext(weight: 0.25).setProgress(1)
        #expect(cell.progress == 0.45)
    }

    @Test func promise19ASubContextForgetsItsOwn() throws {
        context.setProgress(0.25)
        let (first, second) = (try context.subContext(weight: 0.25), try context.subContext(weight: 0.5))
        first.setProgress(1)
        second.setProgress(1)
        second.setIndeterminate()
        #expect(cell.progress == nil)
        second.setProgress(0.5)
        #expect(cell.progress == 0.75)
        let range = try context.subContext(base: 0.5, range: 0.25)
        range.setProgress(1)
        range.setIndeterminate()
        #expect(cell.progress == nil)
        first.setProgress(0)
        #expect(cell.progress == 0.75)
    }

    @Test func promise19ATotalMakesItKnownAgain() throws {
        context.setIndeterminate()
        try context.subContext(base: 0.5, range: 0.5).setTotal(8)
        #expect(cell.progress == 0.5)
    }

    @Test func eachForgettingIsAnotherReckoning() {
        let before = cell.report.reckoning
        context.setProgress(0.5)
        #expect(cell.report.reckoning == before)
        context.setIndeterminate()
        #expect(cell.report.reckoning == before + 1)
    }

    // MARK: - Units

    @Test func theUnitIsThatOfTheWholeTask() throws {
        #expect(cell.report.measure?.total == nil)
        try context.subContext(weight: 1).setTotal(7, unit: .files)
        #expect(cell.report.measure?.total == nil)
        #expect(cell.report.measure?.unit == nil)
        try context.setTotal(1_000, unit: .bytes)
        try context.setTotal(2_000)
        #expect(cell.report.measure?.total == 2_000)
        #expect(cell.report.measure?.unit == .bytes)
        try context.setTotal(3, unit: ProgressUnit("pages"))
        #expect(cell.report.measure?.unit?.description == "pages")
    }
}
