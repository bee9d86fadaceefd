import GLibMainLoop
import Tasker
import XCTest

/// Promise 34: nothing is left of many tasks.
final class LeakTests: XCTestCase {
    private static let count = 100_000

    private var residentBytes: Int {
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
        round(EngineHarness { $0.maximumThreads = 1 }, atOnce: Self.count)
    }

    // In batches: the peak of 100,000 tasks at once differs from round to round by more than a leak would show.
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
