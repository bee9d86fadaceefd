import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Promises 8 and 9: events.
final class EventTests: XCTestCase {
    private let harness = EngineHarness()
    private let log = Journal<Int>()
    private let done = -1

    func testPromise08EveryEventOfAThreadArrivesInOrderBeforeWhenDone() {
        let (log, done) = (log, done)
        harness.proxy.runThread(
            { context in for number in 0..<5000 { try context.sendEvent("row", number) } },
            whenDone: { _ in log.append(done) },
            whenEvent: { log.append((try? $0.value(as: Int.self)) ?? -2) }
        )
        harness.settle()
        XCTAssertEqual(log.values, Array(0..<5000) + [done])
    }

    func testPromise08EveryEventOfACoroutineArrivesInOrderBeforeWhenDone() {
        let (log, done) = (log, done)
        harness.proxy.addCoroutine(
            { context in for number in 0..<5000 { try await context.sendEvent("row", number) } },
            whenDone: { _ in log.append(done) },
            whenEvent: { log.append((try? $0.value(as: Int.self)) ?? -2) }
        )
        harness.settle()
        XCTAssertEqual(log.values, Array(0..<5000) + [done])
    }

    func testPromise08TheSenderWaitsAndIsReleasedByCancel() {
        let sent = Journal<Int>()
        let ends = Journal<Bool>()
        let log = log
        let handle = harness.proxy.runThread(
            { context in
                do {
                    for number in 0..<1000 {
                        try context.sendEvent("row", number)
                        sent.append(number)
                    }
                } catch {
                    ends.append(error is CancellationError)
                }
            },
            whenEvent: { log.append((try? $0.value(as: Int.self)) ?? -2) }
        )
        // The loop does not run: the sender gets as far as the room goes, and not further.
        while sent.count < 64 { sched_yield() }
        handle.cancel()
        while ends.count < 1 { sched_yield() }
        XCTAssertEqual(sent.count, 64)
        XCTAssertEqual(ends.values, [true])
        harness.settle()
        XCTAssertEqual(log.values, Array(0..<64))
    }

    func testPromise09TheLastReportsBeforeTheEndAreDelivered() {
        let emissions = harness.emissions()
        let log = log
        let handle = harness.proxy.runThread(
            { context in
                let part = try context.subContext(base: 0.5, range: 0.5, total: 10).subContext(base: 0, range: 0.5)
                part.setProgress(1)
                part.setMessage("last")
                try part.sendEvent("row", 7)
                throw CancellationError()
            },
            whenEvent: { log.append((try? $0.value(as: Int.self)) ?? -2) }
        )
        harness.settle()
        XCTAssertEqual(log.values, [7])
        let last = emissions.values.compactMap { $0.tasks[id: handle.id] }.last
        XCTAssertEqual(last?.progress, 0.75)
        XCTAssertEqual(last?.message, "last")
    }

    func testAnEventTellsWhatItDoesNotCarry() {
        let errors = Journal<TaskerError.Code?>()
        harness.proxy.runThread(
            { try $0.sendEvent("row", 7) },
            whenEvent: { message in
                do { _ = try message.value(as: String.self) } catch { errors.append((error as? TaskerError)?.code) }
            }
        )
        harness.settle()
        XCTAssertEqual(errors.values, [.noSuchEventValue])
    }
}
