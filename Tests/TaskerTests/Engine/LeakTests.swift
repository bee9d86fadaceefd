import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Promise 34: nothing is left of many tasks.
final class LeakTests: XCTestCase {
    #if TASKER_THREAD_SANITIZER
    // For its races only, and five minutes sooner.
    private static let count = 10_000
    #else
    private static let count = 100_000
    #endif

    /// What the process occupies when the allocator has given back every page it can.
    ///
    /// Without the pages of files, programs and libraries above all: 38 MB, several times what the tests themselves hold, and the
    /// kernel may take those that are not used away and bring them back.
    private var residentBytes: Int {
        Allocator.trim()
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = fields.split(separator: " ").dropFirst().prefix(2).compactMap { Int($0) }
        guard pages.count == 2 else {
            XCTFail("The kernel does not tell what the process occupies: \(fields)")
            return 0
        }
        return (pages[0] - pages[1]) * Int(getpagesize())
    }

    private typealias Submit = (Int, _ done: @escaping @MainActor @Sendable () -> Void) -> Void

    /// - Returns: The numbers of the tasks in the order of their completions.
    @discardableResult
    private func round(_ harness: EngineHarness, atOnce batch: Int = 1000, _ submit: Submit) -> [Int] {
        let order = Journal<Int>()
        for number in 0..<Self.count {
            submit(number) { order.append(number) }
            if number % batch == batch - 1 { harness.settle() }
        }
        harness.settle()
        let values = order.values
        XCTAssertTrue(values.sorted() == Array(0..<Self.count), "A completion is missing or doubled.")
        return values
    }

    private func checkThatNothingIsLeft(_ harness: EngineHarness, _ submit: Submit) {
        round(harness, submit)
        let (memory, threads) = (residentBytes, ProcessTable.entries(of: "/proc/self/task").count)
        let descriptors = ProcessTable.entries(of: "/proc/self/fd").count
        round(harness, submit)
        round(harness, submit)
        // A leak of 100 bytes a task would be 20 MB.
        XCTAssertLessThan(residentBytes - memory, 8 << 20)
        harness.iterate { ProcessTable.entries(of: "/proc/self/task").count <= threads }
        XCTAssertLessThanOrEqual(ProcessTable.entries(of: "/proc/self/fd").count, descriptors)
    }

    func testPromise34AHundredThousandThreadTasksAtOnceCompleteOnceEachInOrder() {
        let harness = EngineHarness { $0.maximumThreads = 1 }
        let submit: Submit = { _, done in harness.proxy.runThread({ _ in }, whenDone: { _ in done() }) }
        round(harness, submit)
        let (memory, inUse) = (residentBytes, Allocator.bytesInUse)
        XCTAssertTrue(
            round(harness, atOnce: Self.count, submit) == Array(0..<Self.count),
            "A completion is out of order."
        )
        // The tasks took 80 MB. Where more is resident and not more in use, the allocator has it. The sanitizer's gives nothing
        // back, and tells nothing.
        #if !TASKER_THREAD_SANITIZER
        XCTAssertLessThan(Allocator.bytesInUse - inUse, 1 << 20)
        XCTAssertLessThan(residentBytes - memory, 8 << 20)
        #endif
    }

    func testPromise34AHundredThousandThreadTasksLeaveNothingBehind() {
        let harness = EngineHarness { $0.maximumThreads = 1 }
        checkThatNothingIsLeft(harness) { _, done in
            harness.proxy.runThread({ _ in }, whenDone: { _ in done() })
        }
    }

    func testPromise34AHundredThousandCoroutineTasksLeaveNothingBehind() {
        let harness = EngineHarness { $0.maximumCoroutines = 1 }
        checkThatNothingIsLeft(harness) { _, done in
            harness.proxy.addCoroutine({ _ in }, whenDone: { _ in done() })
        }
    }

    // With everything that a task can own: a key, a sub-context, a message, an event, a cancellable, an error.
    func testPromise34AHundredThousandTasksThatUseEverythingLeaveNothingBehind() {
        struct Failure: Error {
            let text: String
        }
        let harness = EngineHarness { $0.maximumThreads = 1 }
        checkThatNothingIsLeft(harness) { number, done in
            let handle = harness.proxy.runThread(
                key: "\(number)",
                { context in
                    let part = try context.subContext(base: 0, range: 0.5)
                    part.setProgress(1)
                    part.setMessage("message \(number)")
                    try part.sendEvent("event", number)
                    _ = context.cancellable.isCancelled
                    throw Failure(text: "failure \(number)")
                },
                whenDone: { _ in done() },
                whenEvent: { _ = try? $0.value(as: Int.self) }
            )
            if number.isMultiple(of: 3) { handle.cancel() }
        }
    }
}
