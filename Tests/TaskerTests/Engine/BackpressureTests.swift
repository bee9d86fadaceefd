import Dispatch
import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Promise 8 where the main thread falls behind: who waits, and who does not.
final class BackpressureTests: XCTestCase {
    private static let room = 64
    private let harness = EngineHarness()
    private let (sent, handled, log) = (Journal<Int>(), Journal<Int>(), Journal<String>())

    private var handler: @MainActor @Sendable (TaskMessage) -> Void {
        { [handled] in handled.append((try? $0.value(as: Int.self)) ?? -2) }
    }

    private var threadCount: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task"))?.count ?? 0
    }

    func testPromise08NoMoreEventsThanThereIsRoomForWaitForTheMainThread() {
        let (sent, handled, ahead) = (sent, handled, Journal<Int>())
        harness.proxy.runThread(
            { context in
                for number in 0..<2000 {
                    try context.sendEvent("row", number)
                    sent.append(number)
                }
            },
            whenEvent: { message in
                ahead.append(sent.count - handled.count)
                handled.append((try? message.value(as: Int.self)) ?? -2)
            }
        )
        while sent.count < Self.room { sched_yield() }
        harness.settle()
        XCTAssertEqual(handled.values, Array(0..<2000))
        // The event that is being handled has left the queue of those that wait.
        XCTAssertLessThanOrEqual(ahead.values.max() ?? 0, Self.room + 1)
    }

    func testPromise08ACoroutineWaitsWithoutAThreadAndIsReleasedByCancel() {
        let (sent, log, senders) = (sent, log, 40)
        let threads = threadCount
        let handles = (0..<senders).map { _ in
            harness.proxy.addCoroutine(
                { context in
                    do {
                        for number in 0..<1000 {
                            try await context.sendEvent("row", number)
                            sent.append(number)
                        }
                        log.append("sent all")
                    } catch {
                        log.append("\(error is CancellationError)")
                        throw error
                    }
                },
                whenEvent: handler
            )
        }
        while sent.count < senders * Self.room { sched_yield() }
        // Swift's pool starts others for threads that block.
        XCTAssertLessThan(threadCount - threads, senders / 2)
        for handle in handles { handle.cancel() }
        while log.count < senders { sched_yield() }
        XCTAssertEqual(sent.count, senders * Self.room)
        XCTAssertEqual(Set(log.values), ["true"])
        harness.settle()
        XCTAssertEqual(handled.count, senders * Self.room)
    }

    func testPromise08EverySenderOfATaskIsReleasedByCancel() {
        let (sent, log) = (sent, log)
        let handle = harness.proxy.runThread(
            { context in
                DispatchQueue.concurrentPerform(iterations: 4) { _ in
                    do {
                        for number in 0..<1_000_000 {
                            try context.sendEvent("row", number)
                            sent.append(number)
                        }
                        log.append("sent all")
                    } catch {
                        log.append("\(error is CancellationError)")
                    }
                }
            },
            whenEvent: handler
        )
        while sent.count < Self.room { sched_yield() }
        handle.cancel()
        harness.settle()
        XCTAssertEqual(Set(log.values), ["true"])
        XCTAssertEqual(log.count, 4)
        XCTAssertEqual(handled.count, sent.count)
        XCTAssertEqual(handle.state, .cancelled)
    }

    func testPromise08And28TheMainThreadSendsWithoutWaiting() {
        let (contexts, gate) = (Journal<ExecutionContext>(), ThreadGate())
        harness.proxy.runThread(
            { context in
                contexts.append(context)
                gate.pass()
            },
            whenEvent: handler
        )
        harness.iterate { contexts.count == 1 }
        // Inside a dispatch, so that this thread is the one that would have to make room.
        MainContext.default.addIdle { [sent] in
            for number in 0..<1000 {
                try? contexts.values[0].sendEvent("row", number)
                sent.append(number)
            }
            return .remove
        }
        harness.iterate { sent.count == 1000 }
        gate.open()
        harness.settle()
        XCTAssertEqual(handled.values, Array(0..<1000))
    }

    func testPromise08EventsWithoutAListenerNeverWait() {
        let handle = harness.proxy.runThread { context in
            for number in 0..<1000 { try context.sendEvent("row", number) }
            return 7
        }
        while !handle.state.isTerminal { sched_yield() }
        XCTAssertEqual(try handle.result?.get(), 7)
        harness.settle()
    }
}
