import Tasker
import TestSupport
import XCTest

/// Throughput and remaining time as they are published, on a clock that is turned by hand.
final class RemainingTimeTests: XCTestCase {
    private let harness = EngineHarness { $0.publicationInterval = .zero }
    private let gate = ThreadGate()

    private enum Step: Sendable {
        case report(Int)
        case forget
        case fail
    }

    private struct Failure: Error {}

    /// A task of 100 bytes that takes a step each time the gate is opened.
    private func submit(_ steps: [Step], options: TaskOptions = []) -> TaskHandle<Void> {
        let taken = Guarded(0)
        let handle = harness.proxy.runThread(options: options) { [gate] context in
            try context.setTotal(100, unit: .bytes)
            while true {
                gate.pass()
                try context.checkpoint()
                let step = taken.withLock { taken in
                    taken += 1
                    return taken <= steps.count ? steps[taken - 1] : nil
                }
                switch step {
                case .report(let bytes): context.setProgress(bytes)
                case .forget: context.setIndeterminate()
                case .fail: throw Failure()
                case nil: return
                }
            }
        }
        harness.iterate { harness.tasks[id: handle.id]?.totalUnits == 100 }
        return handle
    }

    /// Lets a second pass and the task report the next ten bytes.
    private func work(_ handle: TaskHandle<Void>, upTo bytes: Double) -> TaskSnapshot? {
        harness.clock.advance(by: .seconds(1))
        gate.open()
        harness.iterate { harness.tasks[id: handle.id]?.completedUnits == bytes }
        return harness.tasks[id: handle.id]
    }

    private func seconds(_ duration: Duration?) -> Double? {
        duration.map { $0 / .seconds(1) }
    }

    func testSteadyWorkTellsHowFastItIsAndHowLongItStillTakes() throws {
        let handle = submit((1...6).map { .report($0 * 10) })
        XCTAssertNil(harness.tasks[id: handle.id]?.remainingTime)
        var snapshot: TaskSnapshot?
        for step in 1...6 { snapshot = work(handle, upTo: Double(step) * 10) }
        XCTAssertEqual(try XCTUnwrap(seconds(snapshot?.remainingTime)), 4, accuracy: 0.5)
        XCTAssertEqual(try XCTUnwrap(snapshot?.throughput), 10, accuracy: 1)
        XCTAssertEqual(snapshot?.elapsed, .seconds(6))
        XCTAssertEqual(snapshot?.unit, .bytes)
        gate.open()
        harness.settle()
        XCTAssertNil(harness.tasks[id: handle.id]?.remainingTime)
    }

    func testAPauseIsNotWork() throws {
        let handle = submit((1...6).map { .report($0 * 10) })
        for step in 1...5 { _ = work(handle, upTo: Double(step) * 10) }
        let atRest = Journal<Void>()
        MainActor.assumeIsolated { [proxy = harness.proxy] in
            _ = proxy.taskEvents.connect { if case .paused = $0.kind { atRest.append(()) } }
        }
        handle.pause()
        gate.open()
        harness.iterate { atRest.count == 1 }
        let before = harness.tasks[id: handle.id]
        harness.clock.advance(by: .seconds(1000))
        handle.resume()
        harness.iterate { harness.tasks[id: handle.id]?.completedUnits == 60 }
        let after = harness.tasks[id: handle.id]
        XCTAssertEqual(after?.elapsed, before?.elapsed)
        XCTAssertLessThan(try XCTUnwrap(seconds(after?.remainingTime)), 6)
        gate.open()
        harness.settle()
    }

    func testWhatIsForgottenTellsNothing() {
        let handle = submit((1...5).map { .report($0 * 10) } + [.forget])
        for step in 1...5 { _ = work(handle, upTo: Double(step) * 10) }
        XCTAssertNotNil(harness.tasks[id: handle.id]?.remainingTime)
        gate.open()
        harness.iterate { harness.tasks[id: handle.id]?.progress == nil }
        XCTAssertNil(harness.tasks[id: handle.id]?.remainingTime)
        gate.open()
        harness.settle()
    }

    func testAnotherAttemptBeginsToReckonAnew() {
        let steps: [Step] = (1...5).map { .report($0 * 10) } + [.fail, .report(1)]
        let handle = submit(steps, options: .retrying(1, .constant(.zero)))
        for step in 1...5 { _ = work(handle, upTo: Double(step) * 10) }
        XCTAssertNotNil(harness.tasks[id: handle.id]?.remainingTime)
        gate.open(for: 2)
        harness.iterate { harness.tasks[id: handle.id]?.completedUnits == 1 }
        XCTAssertEqual(harness.tasks[id: handle.id]?.attempt, 2)
        XCTAssertNil(harness.tasks[id: handle.id]?.remainingTime)
        gate.open()
        harness.settle()
    }
}
