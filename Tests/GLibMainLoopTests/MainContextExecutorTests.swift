import CTaskerGLib
import TestSupport
import XCTest

@testable import GLibMainLoop

final class MainContextExecutorTests: XCTestCase {
    private let log = Journal<String>(waking: MainContext())

    func testAnActorsCodeRunsOnTheContextsThread() {
        let thread = LoopThread()
        let worker = ExecutorWorker(context: thread.context)
        let ids = Journal<pid_t>(waking: MainContext())
        Task { [log] in
            ids.append(await worker.threadID())
            await worker.append("owner: \(thread.context.isOwner)", to: log)
            ids.append(await worker.threadIDAfterSuspension())
        }
        ids.wait(forCount: 2)
        thread.stop()
        XCTAssertEqual(ids.values, [thread.id, thread.id])
    }

    func testTenThousandJobsRunInTheOrderInWhichTheyWereEnqueued() {
        let thread = LoopThread()
        let worker = ExecutorWorker(context: thread.context)
        let numbers = Journal<Int>(waking: MainContext())
        Task { await worker.enqueue(10_000, into: numbers) }
        numbers.wait(forCount: 10_000)
        thread.stop()
        XCTAssertEqual(numbers.values, Array(0..<10_000))
    }

    func testJobsEnqueuedByManyThreadsRunOneAtATime() {
        let thread = LoopThread()
        let worker = ExecutorWorker(context: thread.context)
        let totals = Journal<Int>(waking: MainContext())
        Task {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<10_000 {
                    group.addTask { await worker.increment() }
                }
            }
            totals.append(await worker.total)
        }
        totals.wait(forCount: 1)
        thread.stop()
        XCTAssertEqual(totals.values, [10_000])
    }

    func testAJobThatEnqueuesAJobDoesNotLoseIt() {
        let thread = LoopThread()
        let worker = ExecutorWorker(context: thread.context)
        let depths = Journal<Int>(waking: MainContext())
        Task { await worker.descend(1000, into: depths) }
        depths.wait(forCount: 1001)
        thread.stop()
        XCTAssertEqual(depths.values, Array((0...1000).reversed()))
    }

    func testABurstOfJobsCostsOneSource() {
        let context = MainContext()
        let worker = ExecutorWorker(context: context)
        let numbers = Journal<Int>(waking: MainContext())
        worker.isolated { $0.enqueue(100, into: numbers) }
        XCTAssertEqual(numbers.count, 0)
        // A dispatch ends early only when the budget is used up; a source a job would need a hundred.
        XCTAssertLessThan(context.dispatchPending(), 100)
        XCTAssertEqual(numbers.values, Array(0..<100))
        XCTAssertFalse(context.hasPendingEvents)
    }

    func testAfterTheBudgetOtherSourcesGetATurn() {
        let context = MainContext()
        let worker = ExecutorWorker(context: context)
        worker.isolated { [log] worker in
            for name in ["first", "second", "third"] { worker.enqueueLongJob(name, into: log) }
        }
        context.addIdle(priority: .belowRedraw) { [log] in
            log.append("source")
            return .remove
        }
        context.dispatchPending()
        // Each job uses the budget up, so that it is the only one of its dispatch.
        XCTAssertEqual(log.values, ["first", "source", "second", "third"])
    }

    func testANestedIterationStartsNoJobInsideAJob() {
        let context = MainContext()
        let worker = ExecutorWorker(context: context)
        worker.isolated { [log] worker in worker.enqueueNestingJob(into: log) }
        context.dispatchPending()
        XCTAssertEqual(log.values, ["begin", "source", "end", "inner job"])
    }

    func testRedrawsGoBeforeJobs() {
        let context = MainContext()
        let worker = ExecutorWorker(context: context)
        worker.isolated { [log] worker in worker.enqueueLongJob("job", into: log) }
        context.addIdle(priority: .redraw) { [log] in
            log.append("redraw")
            return .remove
        }
        context.dispatchPending()
        XCTAssertEqual(log.values, ["redraw", "job"])
    }

    func testAHandlerOfTheContextMayAssumeTheActorsIsolation() {
        let context = MainContext()
        let worker = ExecutorWorker(context: context)
        context.invoke { [log] in
            worker.assumeIsolated { $0.append("isolated", to: log) }
        }
        context.dispatchPending()
        XCTAssertEqual(log.values, ["isolated"])
    }

    func testAnActorIsReleasedAfterItsLastJob() {
        let context = MainContext()
        weak var released: ExecutorWorker?
        do {
            let worker = ExecutorWorker(context: context)
            released = worker
            worker.isolated { [log] worker in worker.enqueueLongJob("job", into: log) }
        }
        XCTAssertNotNil(released)
        context.dispatchPending()
        XCTAssertEqual(log.values, ["job"])
        XCTAssertNil(released)
    }
}
