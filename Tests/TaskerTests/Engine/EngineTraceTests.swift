import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// Promises 1 to 9, 11 to 13, 15 to 18, 22 to 27, 31, 33, 34 and 36 on the trace of random work from several threads.
final class EngineTraceTests: XCTestCase {
    private static let threads = 4
    #if TASKER_THREAD_SANITIZER
    private static let steps = 300
    #else
    private static let steps = 600
    #endif

    func testPromisesOnTheTraceOfRandomWorkFromSeveralThreads() {
        let seed = RandomSeed.announced(for: "EngineTraceTests")
        let loop = EngineHarness()
        // What the system's libraries keep once they were used is there from here on.
        loop.run { [proxy = loop.proxy] in _ = try await proxy.runCommand(Command("true")).value }
        _ = work(seed, steps: 100)
        let (threads, descriptors) = (threadCount, descriptorCount)
        let records = work(seed, steps: Self.steps)
        loop.iterate { records.allSatisfy { $0.record == nil } }
        // Idle threads end after a while.
        loop.iterate { threadCount <= threads }
        loop.iterate { descriptorCount <= descriptors }
    }

    private var descriptorCount: Int {
        entries(of: "/proc/self/fd").count
    }

    /// How many threads of the library's pools there are, and of those that were started by them and kept their name; Swift
    /// and Dispatch have theirs as they like.
    private var threadCount: Int {
        entries(of: "/proc/self/task").count { thread in
            let name = try? String(contentsOfFile: "/proc/self/task/\(thread)/comm", encoding: .utf8)
            return ["tasker\n", "tasker-children\n", "tasker-pump\n"].contains(name)
        }
    }

    private func entries(of directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    }

    private struct WeakRecord {
        weak var record: TaskRecord?
    }

    /// - Returns: The records of all tasks, none of which is to be there any longer.
    private func work(_ seed: UInt64, steps: Int) -> [WeakRecord] {
        let (trace, shared) = (EngineTrace(), TraceDriver.SharedHandles())
        let harness = EngineHarness {
            $0.maximumConcurrentTasks = 6
            $0.maximumThreads = 4
            $0.maximumCoroutines = 4
            $0.groupLimits = ["group 0": 2]
            $0.publicationInterval = .zero
            // On the manual clock: nobody is left behind.
            $0.gracePeriod = .seconds(1_000_000)
        }
        observe(harness, trace)
        var random = SeededGenerator(seed: seed)

        let deadline = Duration.microseconds(random.below(20_000))
        let cancelsPending = random.isOne(in: 2)
        var isShuttingDown = false
        drive(harness, trace, shared, seed: seed, steps: steps) {
            guard !isShuttingDown, trace.orderCount > steps else { return }
            isShuttingDown = true
            Task.detached { [proxy = harness.proxy] in
                let report = await proxy.shutdown(waitingFor: deadline, cancelPending: cancelsPending)
                trace.append(.shutDown(report))
                MainContext.default.wakeUp()
            }
        }
        advance(harness) { trace.all.contains { if case .shutDown = $0 { true } else { false } } }

        trace.append(.startedAgain)
        XCTAssertTrue(harness.proxy.start())
        drive(harness, trace, shared, seed: ~seed, steps: steps / 2) {}
        for group in 0..<2 { harness.proxy.resumeGroup("group \(group)") }
        for handle in shared.all { handle.resume() }
        Task.detached { [proxy = harness.proxy] in
            try await proxy.waitUntilIdle()
            trace.append(.wasIdle)
            MainContext.default.wakeUp()
        }
        advance(harness) { trace.all.contains { if case .wasIdle = $0 { true } else { false } } }
        harness.dispatchPending()
        let statistics = harness.proxy.statistics
        harness.iterate { trace.events.values.count(where: \.kind.isTerminal) == statistics.total }

        // Promise 36: nobody waits for a time.
        harness.iterate { harness.clock.sleeperCount == 0 }
        XCTAssertEqual(harness.overallProgress, 1)
        XCTAssertEqual(statistics.count(in: .pending) + statistics.count(in: .running), 0)
        if steps == Self.steps { TraceChecks(trace, seed: seed).run() }

        harness.run { [proxy = harness.proxy] in
            async let first = proxy.shutdown()
            async let second = proxy.shutdown()
            _ = await (first, second)
        }
        return shared.all.map { WeakRecord(record: $0.record) }
    }

    private func observe(_ harness: EngineHarness, _ trace: EngineTrace) {
        MainActor.assumeIsolated { [proxy = harness.proxy] in
            proxy.tasksUpdated.connect { trace.append(.published($0, $1)) }
            proxy.taskEvents.connect { trace.append(.signalled($0)) }
        }
        // Ends when the manager is gone.
        let events = harness.proxy.events(buffering: .oldest(.max))
        Task.detached {
            for await event in events { trace.events.append(event) }
        }
    }

    /// Lets the threads do their steps.
    private func drive(
        _ harness: EngineHarness,
        _ trace: EngineTrace,
        _ shared: TraceDriver.SharedHandles,
        seed: UInt64,
        steps: Int,
        meanwhile: () -> Void
    ) {
        let over = Journal<Void>()
        for thread in 0..<Self.threads {
            Thread.detachNewThread { [proxy = harness.proxy, clock = harness.clock] in
                var driver = TraceDriver(
                    thread: thread,
                    seed: seed,
                    proxy: proxy,
                    clock: clock,
                    trace: trace,
                    shared: shared
                )
                driver.run(steps: steps)
                over.append(())
            }
        }
        harness.iterate {
            meanwhile()
            return over.count == Self.threads
        }
    }

    /// Lets time pass until a condition holds.
    private func advance(_ harness: EngineHarness, until condition: () -> Bool) {
        harness.iterate {
            harness.clock.advance(by: .milliseconds(1))
            return condition()
        }
    }
}
