import GLibMainLoop
import Tasker
import XCTest

/// Promise 34: nothing is left of many tasks.
final class LeakTests: XCTestCase {
    private static let count = 100_000

    /// What the process occupies when the allocator has given back every page it can.
    private var residentBytes: Int {
        Allocator.trim()
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (fields.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * Int(getpagesize())
    }

    private func entries(_ directory: String) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: directory))?.count ?? 0
    }

    private func round(_ harness: EngineHarness, atOnce batch: Int = 1000) {
        let order = Journal<Int>()
        for number in 0..<Self.count {
            harness.proxy.runThread({ _ in }, whenDone: { _ in order.append(number) })
            if number % batch == batch - 1 { harness.settle() }
        }
        harness.settle()
        XCTAssertTrue(order.values == Array(0..<Self.count), "A completion is missing, doubled or out of order.")
    }

    func testPromise34AHundredThousandThreadTasksAtOnceCompleteOnceEachInOrder() {
        let harness = EngineHarness { $0.maximumThreads = 1 }
        round(harness)
        let memory = residentBytes
        round(harness, atOnce: Self.count)
        // The tasks took 80 MB. The sanitizer's allocator gives nothing back.
        #if !TASKER_THREAD_SANITIZER
        XCTAssertLessThan(residentBytes - memory, 8 << 20)
        #endif
    }

    func testPromise34AHundredThousandThreadTasksLeaveNothingBehind() {
        let harness = EngineHarness { $0.maximumThreads = 1 }
        round(harness)
        let (memory, threads) = (residentBytes, entries("/proc/self/task"))
        let descriptors = entries("/proc/self/fd")
        round(harness)
        round(harness)
        // A leak of 100 bytes a task would be 10 MB.
        XCTAssertLessThan(residentBytes - memory, 8 << 20)
        harness.iterate { entries("/proc/self/task") <= threads }
        XCTAssertLessThanOrEqual(entries("/proc/self/fd"), descriptors)
    }
}
