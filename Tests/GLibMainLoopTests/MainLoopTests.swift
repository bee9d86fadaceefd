import GLibMainLoop
import TestSupport
import XCTest

final class MainLoopTests: XCTestCase {
    private let context = MainContext()
    private let log = Journal<String>(waking: MainContext())

    func testARunningLoopDispatchesUntilItsHandlerQuitsIt() {
        let loop = MainLoop(context: context)
        context.addIdle { [log] in
            log.append("\(loop.isRunning)")
            if log.count == 3 { loop.quit() }
            return .continue
        }
        XCTAssertFalse(loop.isRunning)
        loop.run()
        XCTAssertFalse(loop.isRunning)
        XCTAssertEqual(log.values, ["true", "true", "true"])
    }

    func testALoopIsQuitFromAnotherThread() {
        let loop = MainLoop(context: context)
        // The loop is running, and about to block for good, when the thread quits it.
        context.addIdle { [log] in
            log.append("running")
            return .remove
        }
        let thread = TestThread { [log] in
            log.wait(forCount: 1)
            loop.quit()
        }
        loop.run()
        thread.join()
        XCTAssertFalse(loop.isRunning)
        XCTAssertEqual(log.values, ["running"])
    }

    func testAQuitBeforeTheRunDoesNothing() {
        let loop = MainLoop(context: context)
        loop.quit()
        context.addIdle { [log] in
            log.append("dispatched")
            loop.quit()
            return .remove
        }
        loop.run()
        XCTAssertEqual(log.values, ["dispatched"])
    }

    func testALoopRunsAgainAfterItWasQuit() {
        let loop = MainLoop(context: context)
        for count in 1...3 {
            context.addIdle { [log] in
                log.append("run")
                loop.quit()
                return .remove
            }
            loop.run()
            XCTAssertEqual(log.count, count)
        }
    }

    func testQuittingAnInnerLoopLeavesTheOuterRunning() {
        let outer = MainLoop(context: context)
        let inner = MainLoop(context: context)
        context.addIdle { [context, log] in
            context.addIdle {
                log.append("inner")
                inner.quit()
                return .remove
            }
            inner.run()
            log.append("outer running: \(outer.isRunning)")
            outer.quit()
            return .remove
        }
        outer.run()
        XCTAssertEqual(log.values, ["inner", "outer running: true"])
    }

    func testALoopWithoutAContextRunsTheDefaultOne() {
        let loop = MainLoop()
        MainContext.default.invoke { [log] in
            log.append("\(MainContext.default.isOwner)")
            loop.quit()
        }
        loop.run()
        XCTAssertEqual(log.values, ["true"])
    }
}
