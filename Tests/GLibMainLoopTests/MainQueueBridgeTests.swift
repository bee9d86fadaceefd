import CTaskerGLib
import Dispatch
import GLibMainLoop
import TestSupport
import XCTest

/// The methods run on the process's main thread, as the bridge demands.
final class MainQueueBridgeTests: XCTestCase {
    private static let early = Journal<String>(waking: MainContext())
    private let context = MainContext.default
    private let log = Journal<String>(waking: MainContext())

    override class func setUp() {
        DispatchQueue.main.async { early.append("installed: \(MainQueueBridge.isInstalled)") }
        MainQueueBridge.install()
        // Only GLib dispatches here: what was enqueued before the installation has to arrive through the bridge.
        MainContext.default.dispatchPending()
    }

    func testTheBridgeIsInstalledOnceAndStays() {
        XCTAssertTrue(MainQueueBridge.isInstalled)
        MainQueueBridge.install()
        XCTAssertTrue(MainQueueBridge.isInstalled)
    }

    func testWorkEnqueuedBeforeTheInstallationRuns() {
        XCTAssertEqual(Self.early.values, ["installed: true"])
    }

    func testMainActorTasksRunUnderAMainLoop() {
        let loop = MainLoop()
        Task { @MainActor [log] in
            log.append("owner: \(MainContext.default.isOwner), main: \(getpid() == tasker_thread_id())")
            loop.quit()
        }
        loop.run()
        XCTAssertEqual(log.values, ["owner: true, main: true"])
    }

    func testTheMainDispatchQueueRunsUnderAMainLoop() {
        let loop = MainLoop()
        DispatchQueue.main.async { [log] in
            log.append("owner: \(MainContext.default.isOwner)")
            loop.quit()
        }
        loop.run()
        XCTAssertEqual(log.values, ["owner: true"])
    }

    func testAwaitingTheMainActorFromABackgroundTaskReturns() {
        let loop = MainLoop()
        Task.detached { [log] in
            for index in 0..<100 {
                await MainActor.run { log.append("\(index)") }
            }
            loop.quit()
        }
        loop.run()
        XCTAssertEqual(log.values, (0..<100).map(String.init))
    }

    func testWorkFromOneThreadRunsInOrder() {
        onAnotherThread { [log] in
            for index in 0..<1000 {
                DispatchQueue.main.async { log.append("\(index)") }
            }
        }
        context.iterate { log.count == 1000 }
        XCTAssertEqual(log.values, (0..<1000).map(String.init))
    }

    func testAnIdleLoopDoesNotSpinAfterAJob() {
        for count in 1...3 {
            DispatchQueue.main.async { [log] in log.append("job") }
            context.iterate { log.count == count }
            XCTAssertFalse(context.hasPendingEvents)
            XCTAssertFalse(context.iterate(mayBlock: false))
        }
    }

    func testAJobEnqueuedByAJobIsNotLost() {
        DispatchQueue.main.async { [log] in
            log.append("first")
            DispatchQueue.main.async { log.append("second") }
        }
        context.dispatchPending()
        XCTAssertEqual(log.values, ["first", "second"])
    }

    func testAMainQueueThatIsNeverEmptyGivesOtherSourcesATurn() {
        let jobs = Journal<Void>()
        @Sendable func job(_ log: Journal<String>) {
            jobs.append(())
            if log.count == 0, jobs.count < 1000 { DispatchQueue.main.async { job(log) } }
        }
        DispatchQueue.main.async { [context, log] in
            context.addIdle(priority: .belowRedraw) {
                log.append("turn")
                return .remove
            }
            job(log)
        }
        context.dispatchPending()
        XCTAssertEqual(log.values, ["turn"])
        XCTAssertLessThan(jobs.count, 1000)
    }

    func testRedrawsGoBeforeTheMainQueue() {
        DispatchQueue.main.async { [log] in log.append("job") }
        context.addIdle(priority: .redraw) { [log] in
            log.append("redraw")
            return .remove
        }
        context.dispatchPending()
        XCTAssertEqual(log.values, ["redraw", "job"])
    }
}
