import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Promises 19 and 22: what a body reports.
final class ProgressTests: XCTestCase {
    private let harness = EngineHarness()

    /// The progress after each of `steps`, each on a task of its own.
    private func progress(_ step: @escaping @Sendable (ExecutionContext) throws -> Void) -> Double? {
        struct Stop: Error {}
        let handle = harness.proxy.runThread { context in
            try step(context)
            throw Stop()
        }
        harness.settle()
        XCTAssertTrue(handle.error is Stop, "\(String(describing: handle.error))")
        return harness.tasks[id: handle.id]?.progress
    }

    func testPromise19ProgressIsAPartOfTheTotal() {
        XCTAssertEqual(progress { $0.setProgress(0.5) }, 0.5)
        XCTAssertEqual(
            progress { context in
                try context.setTotal(200)
                context.setProgress(50)
            },
            0.25
        )
        XCTAssertEqual(
            progress { context in
                try context.setTotal(UInt8(4))
                context.setProgress(UInt8(3))
            },
            0.75
        )
    }

    func testPromise19WithoutAReportItIsIndeterminate() {
        XCTAssertNil(progress { _ in })
        XCTAssertNil(progress { $0.setMessage("busy") })
        XCTAssertEqual(progress { try $0.setTotal(10) }, 0)
    }

    func testPromise19ValuesAreClampedAndNoNumbersIgnored() {
        XCTAssertEqual(progress { $0.setProgress(7) }, 1)
        XCTAssertEqual(progress { $0.setProgress(-7) }, 0)
        XCTAssertEqual(progress { $0.setProgress(Double.greatestFiniteMagnitude) }, 1)
        for value in [Double.nan, .infinity, -.infinity, .signalingNaN] {
            XCTAssertNil(progress { $0.setProgress(value) })
            XCTAssertEqual(
                progress { context in
                    context.setProgress(0.5)
                    context.setProgress(value)
                },
                0.5
            )
        }
    }

    func testPromise19ATotalThatIsNotPositiveIsAnErrorAtTheCall() {
        for total in [0, -1, Double.nan, .infinity, -.infinity] {
            let progress = progress { context in
                context.setProgress(0.5)
                XCTAssertThrowsError(try context.setTotal(total)) {
                    XCTAssertEqual(($0 as? TaskerError)?.code, .invalidTotal)
                }
                XCTAssertThrowsError(try context.subContext(base: 0, range: 1, total: total))
            }
            XCTAssertEqual(progress, 0.5)
        }
        XCTAssertNil(progress { context in XCTAssertThrowsError(try context.setTotal(0)) })
    }

    func testPromise22SubContextsMapOntoTheirPartToAnyDepth() throws {
        XCTAssertEqual(progress { try $0.subContext(base: 0.25, range: 0.5).setProgress(0.5) }, 0.5)
        XCTAssertEqual(progress { try $0.subContext(base: 0.25, range: 0.5, total: 8).setProgress(8) }, 0.75)
        XCTAssertEqual(
            progress { context in
                var part = context
                for _ in 0..<20 { part = try part.subContext(base: 0.5, range: 0.5) }
                part.setProgress(0)
            },
            1 - pow(0.5, 20)
        )
    }

    func testPromise22APartNeverLeavesItsParent() throws {
        XCTAssertEqual(progress { try $0.subContext(base: 0.75, range: 5).setProgress(1) }, 1)
        XCTAssertEqual(progress { try $0.subContext(base: -3, range: 0.5).setProgress(1) }, 0.5)
        XCTAssertEqual(progress { try $0.subContext(base: .nan, range: .nan).setProgress(1) }, 0)
        XCTAssertEqual(
            progress { context in
                try context.subContext(base: 0.5, range: 0.25).subContext(base: 0.5, range: 9).setProgress(1)
            },
            0.75
        )
    }

    func testPromise22PublishedProgressDoesNotRunBackwards() {
        let harness = EngineHarness { $0.publicationInterval = .zero }
        let emissions = harness.emissions()
        let gate = ThreadGate()
        let handle = harness.proxy.runThread { context in
            for value in [0.5, 0.25, 0.75] {
                context.setProgress(value)
                context.setMessage("\(value)")
                context.flush()
                gate.pass()
            }
        }
        for value in ["0.5", "0.25", "0.75"] {
            harness.iterate { harness.tasks[id: handle.id]?.message == value }
            gate.open()
        }
        harness.settle()
        let published = emissions.values.compactMap { $0.tasks[id: handle.id]?.progress }
        XCTAssertEqual(published, published.sorted())
        XCTAssertTrue(published.contains(0.5))
        XCTAssertFalse(published.contains(0.25))
    }
}
