import Dispatch
import Synchronization
import Testing

@testable import Tasker

/// Promise 20 in the cell: what a report hands on.
@Suite struct TaskCellTests {
    private final class CountingCell: TaskCell, @unchecked Sendable {
        // `@unchecked` as the base class; the count is an atomic.
        let changes = Atomic(0)

        override func changed() {
            changes.wrappingAdd(1, ordering: .relaxed)
        }

        var changeCount: Int {
            changes.load(ordering: .sequentiallyConsistent)
        }
    }

    private let cell = CountingCell(id: TaskID(rawValue: 1))

    @Test func promise20MillionsOfReportsListTheTaskOnce() {
        let context = ExecutionContext(cell)
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            for step in 0..<1_000_000 { context.setProgress(Double(step) / 1_000_000) }
        }
        #expect(cell.changeCount == 1)
        cell.beginSampling()
        #expect(cell.changeCount == 1)
        context.setProgress(0.5)
        context.setMessage("half")
        #expect(cell.changeCount == 2)
        #expect(cell.progress == 0.5)
        #expect(cell.message == "half")
    }

    @Test func promise20WhatIsReportedWhileTheCellIsReadCountsAsNew() {
        let context = ExecutionContext(cell)
        context.setProgress(0.25)
        cell.beginSampling()
        context.setProgress(0.5)
        #expect(cell.progress == 0.5)
        #expect(cell.changeCount == 2)
    }

    @Test func promise19WhatIsIgnoredListsNothing() {
        ExecutionContext(cell).setProgress(Double.nan)
        #expect(cell.changeCount == 0)
        #expect(cell.progress == nil)
    }
}
