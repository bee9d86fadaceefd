import Foundation
import GLibMainLoop
import TestSupport
import XCTest

final class ManualSourceTests: XCTestCase {
    private let context = MainContext()
    private let log = Journal<String>(waking: MainContext())

    /// Else the optimizer releases one behind its last use, and it leaves.
    private var sources: [ManualSource] = []

    override func tearDown() {
        sources = []
    }

    private func source(priority: SourcePriority = .default, patience: Duration = .zero) -> ManualSource {
        let source = ManualSource(context: context, priority: priority, patience: patience) { [log] in
            log.append("\(priority.rawValue)")
        }
        sources.append(source)
        return source
    }

    func testItFiresOnceForSeveralSignalsAndStays() {
        let source = source()
        XCTAssertEqual(context.dispatchPending(), 0)
        for round in 1...3 {
            source.signal()
            source.signal()
            XCTAssertEqual(log.count, round - 1, "nothing may run before the context is dispatched")
            XCTAssertEqual(context.dispatchPending(), 1)
            XCTAssertEqual(log.count, round)
        }
    }

    func testWhatIsTakenBackDoesNotFire() {
        let source = source()
        source.signal()
        source.clear()
        XCTAssertEqual(context.dispatchPending(), 0)
        source.signal()
        XCTAssertEqual(context.dispatchPending(), 1)
    }

    func testWhatIsTakenBackWhenItWasFoundReadyDoesNotFire() {
        let source = source()
        source.signal()
        XCTAssertTrue(context.hasPendingEvents)
        source.clear()
        context.dispatchPending()
        XCTAssertEqual(log.values, [])
    }

    func testItKeepsItsPriority() {
        let sources = [SourcePriority.belowRedraw, .default].map { source(priority: $0) }
        context.addIdle(priority: .redraw) { [log] in
            log.append("redraw")
            return .remove
        }
        for source in sources { source.signal() }
        context.dispatchPending()
        XCTAssertEqual(log.values, ["0", "redraw", "121"])
    }

    func testAnotherThreadsSignalWakesAContextThatWaits() {
        let source = source()
        Thread.detachNewThread { [context] in
            source.signal()
            context.wakeUp()
        }
        while log.count == 0 { context.iterate(mayBlock: true) }
        XCTAssertEqual(log.values, ["0"])
    }

    func testOneWithPatienceComesLaterAndItsTimeBeginsWithEachSignal() {
        let patient = source(priority: .high, patience: .seconds(3600))
        let source = source()
        for _ in 0..<3 {
            patient.signal()
            source.signal()
            XCTAssertEqual(context.dispatchPending(), 1)
            patient.clear()
        }
        XCTAssertEqual(log.values, ["0", "0", "0"])
        let soon = self.source(priority: .low, patience: .milliseconds(1))
        soon.signal()
        // It may wait in the system, and ends by itself.
        while log.count == 3 { context.iterate(mayBlock: true) }
        XCTAssertEqual(log.values.last, "300")
    }

    func testItsHandlerMayRunALoopOfItsOwnAndBeCalledThere() {
        final class Nest: @unchecked Sendable {
            // `@unchecked`: used by the test's thread only.
            var source: ManualSource?
            var depth = 0
        }
        let nest = Nest()
        nest.source = ManualSource(context: context, priority: .default) { [context, log] in
            nest.depth += 1
            log.append("in \(nest.depth)")
            if nest.depth < 3 {
                nest.source?.signal()
                context.iterate(mayBlock: false)
            }
            log.append("out \(nest.depth)")
            nest.depth -= 1
        }
        nest.source?.signal()
        context.dispatchPending()
        XCTAssertEqual(log.values, ["in 1", "in 2", "in 3", "out 3", "out 2", "out 1"])
        nest.source = nil
    }

    func testItLeavesWithItsLastReferenceAndReleasesItsHandler() {
        weak var held: Journal<String>?
        do {
            let journal = Journal<String>(waking: context)
            held = journal
            let source = ManualSource(context: context, priority: .default) { journal.append("fired") }
            source.signal()
        }
        XCTAssertNil(held)
        XCTAssertEqual(context.dispatchPending(), 0)
    }
}
