import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// Promises 10 and 29: how much a drain does, and whom it gives way to.
final class DrainTests: XCTestCase {
    #if TASKER_THREAD_SANITIZER
    // There a step takes thirty times as long.
    private static let count = 10_000
    #else
    private static let count = 100_000
    #endif
    private let clock = StepClock()
    private let log = Journal<String>()
    private let gate = ThreadGate()
    private lazy var harness = harness(clock)

    /// With one slot, and no fallback that would go before a redraw on a busy machine.
    private func harness(_ clock: StepClock) -> EngineHarness {
        EngineHarness {
            $0.maximumThreads = 1
            $0.now = clock.now
            $0.redrawPatience = .seconds(3600)
        }
    }

    /// Cancels tasks that wait behind another one, so that all of them end in one drain; the other one goes on, so that no other
    /// thread has anything to tell.
    private func endAtOnce(_ count: Int, whenDone: @escaping @MainActor @Sendable (Int) -> Void) {
        harness.proxy.runThread { [gate] _ in gate.pass() }
        let pending = (0..<count).map { number in
            harness.proxy.runThread({ _ in }, whenDone: { _ in whenDone(number) })
        }
        for handle in pending { handle.cancel() }
    }

    /// How many entries each turn of the loop added, turns without one left out.
    private func entriesOfEachTurn(until count: Int) -> [Int] {
        var turns: [Int] = []
        var last = 0
        harness.iterate {
            let now = log.count
            if now > last { turns.append(now - last) }
            last = now
            return now >= count
        }
        return turns
    }

    func testPromise10And29ADrainStopsAfterFourMillisecondsOfCallbacksAndGoesOnInTheNext() {
        let emissions = harness.emissions()
        endAtOnce(20) { [clock, log] number in
            log.append("\(number)")
            clock.advance(by: .milliseconds(1))
        }
        XCTAssertEqual(entriesOfEachTurn(until: 20), [4, 4, 4, 4, 4])
        XCTAssertEqual(log.values, (0..<20).map(String.init))
        gate.open()
        harness.settle()
        XCTAssertTrue(emissions.values.allSatisfy { !$0.tasks.changes.isEmpty }, "Nothing new was told.")
    }

    func testPromise10ASlowCallbackCostsItsOwnTimeOnly() {
        endAtOnce(9) { [clock, log] number in
            log.append("\(number)")
            clock.advance(by: number == 4 ? .seconds(1) : .milliseconds(1))
        }
        XCTAssertEqual(entriesOfEachTurn(until: 9), [4, 1, 4])
        gate.open()
        harness.settle()
    }

    func testPromise29ARedrawGetsItsTurnBetweenTwoDrainsAndLowerSourcesDoNot() {
        let (clock, log) = (clock, log)
        endAtOnce(3) { number in
            log.append("done \(number)")
            clock.advance(by: .milliseconds(4))
            MainContext.default.addIdle(priority: .redraw) {
                log.append("drawn")
                return .remove
            }
        }
        MainContext.default.addIdle(priority: SourcePriority(rawValue: 122)) {
            log.append("lower")
            return .remove
        }
        harness.iterate { log.values.contains("lower") }
        XCTAssertEqual(log.values, ["done 0", "drawn", "done 1", "drawn", "done 2", "drawn", "lower"])
        gate.open()
        harness.settle()
    }

    func testPromise29AHundredThousandChangesAreAppliedOverManyDrains() {
        let clock = StepClock(step: .microseconds(100))
        let (harness, draws) = (harness(clock), Journal<Void>())
        // Only numbers are kept: keeping the lists would cost a copy of 100,000 tasks each.
        let (added, ended) = (Journal<Int>(), Journal<Int>())
        MainActor.assumeIsolated { [proxy = harness.proxy] in
            _ = proxy.tasksUpdated.connect { tasks, _ in
                added.append(tasks.changes.added.count)
                ended.append(tasks.changes.changed.count)
                MainContext.default.addIdle(priority: .redraw) {
                    draws.append(())
                    return .remove
                }
            }
        }
        harness.proxy.runThread { [gate] _ in gate.pass() }
        for _ in 0..<Self.count { harness.proxy.runThread { _ in } }
        harness.iterate { added.values.reduce(0, +) == Self.count + 1 }
        // 4 ms are 40 looks at this clock, and a look comes after 32 steps.
        XCTAssertLessThanOrEqual(added.values.max() ?? 0, 40 * 32)
        XCTAssertGreaterThan(added.values.max() ?? 0, 32, "So little at a time makes nothing of a drain.")
        XCTAssertGreaterThanOrEqual(draws.count, added.count - 1)
        let before = ended.count
        harness.proxy.cancelAll()
        gate.open()
        harness.settle()
        XCTAssertLessThanOrEqual(ended.values.max() ?? 0, 40 * 32)
        XCTAssertGreaterThanOrEqual(ended.values.dropFirst(before).reduce(0, +), Self.count + 1)
    }
}
