import CTaskerGLib
import GLibMainLoop
import TestSupport
import XCTest

final class MainContextTests: XCTestCase {
    private let context = MainContext()
    private let log = Journal<String>(waking: MainContext())

    func testTheThreadThatDispatchesOwnsTheContext() {
        let owner = Journal<Bool>(waking: MainContext())
        let note: @Sendable () -> Void = { [context] in owner.append(context.isOwner) }
        context.addIdle {
            note()
            onAnotherThread(note)
            return .remove
        }
        note()
        context.dispatchPending()
        note()
        XCTAssertEqual(owner.values, [false, true, false, false])
    }

    func testTheOwnerOfOneContextDoesNotOwnAnother() {
        let owner = Journal<Bool>(waking: MainContext())
        let other = MainContext()
        context.invoke { owner.append(other.isOwner) }
        context.dispatchPending()
        XCTAssertEqual(owner.values, [false])
    }

    func testInvokeOnTheOwnerRunsAtOnce() {
        context.addIdle { [context, log] in
            log.append("before")
            context.invoke { log.append("invoked") }
            log.append("after")
            return .remove
        }
        context.dispatchPending()
        XCTAssertEqual(log.values, ["before", "invoked", "after"])
    }

    func testInvokeFromAnotherThreadRunsOnceOnTheOwner() {
        let thread = LoopThread()
        let ids = Journal<pid_t>(waking: MainContext())
        thread.context.invoke { ids.append(tasker_thread_id()) }
        ids.wait(forCount: 1)
        thread.stop()
        XCTAssertEqual(ids.values, [thread.id])
        XCTAssertNotEqual(thread.id, tasker_thread_id())
    }

    func testInvokeWaitsWhenNobodyDispatches() {
        context.invoke { [log] in log.append("invoked") }
        XCTAssertEqual(log.values, [])
        XCTAssertTrue(context.hasPendingEvents)
        XCTAssertEqual(context.dispatchPending(), 1)
        XCTAssertEqual(log.values, ["invoked"])
    }

    func testInvokeWaitsAtItsPriority() {
        context.invoke(priority: .low) { [log] in log.append("low") }
        context.invoke { [log] in log.append("default") }
        context.invoke(priority: .high) { [log] in log.append("high") }
        context.dispatchPending()
        XCTAssertEqual(log.values, ["high", "default", "low"])
    }

    func testInvokesOfManyThreadsAllRun() {
        let thread = LoopThread()
        let sum = Lock(0)
        let done = Journal<Void>(waking: MainContext())
        let threads = (0..<4).map { _ in
            TestThread {
                for value in 1...1000 {
                    thread.context.invoke { sum.withLock { $0 += value } }
                }
                thread.context.invoke { done.append(()) }
            }
        }
        done.wait(forCount: threads.count)
        for each in threads { each.join() }
        thread.stop()
        XCTAssertEqual(sum.withLock { $0 }, threads.count * 500_500)
    }

    func testWakeUpEndsABlockedIteration() {
        let thread = TestThread { [context] in context.wakeUp() }
        // Nothing is attached to the context, so only the wake-up can end this.
        XCTAssertFalse(context.iterate(mayBlock: true))
        thread.join()
    }

    func testAContextWithNothingToDoHasNoPendingEvents() {
        XCTAssertFalse(context.hasPendingEvents)
        context.addTimeout(every: .seconds(3600)) { .remove }
        XCTAssertFalse(context.hasPendingEvents)
        let source = context.addIdle { .remove }
        XCTAssertTrue(context.hasPendingEvents)
        source.remove()
        XCTAssertFalse(context.hasPendingEvents)
    }

    func testTheDefaultContextIsGLibsDefault() {
        XCTAssertEqual(MainContext.default.pointer, g_main_context_default())
        XCTAssertNotEqual(context.pointer, MainContext.default.pointer)
    }
}
