import Dispatch
import Tasker
import TestSupport
import XCTest

/// What can be asked of tasks, from any thread.
final class QueryTests: XCTestCase {
    private let harness = EngineHarness()
    private let gate = ThreadGate()

    func testATaskIsFoundBeforeAnythingWasPublishedAndFromAnyThread() {
        let harness = EngineHarness { $0.maximumThreads = 1 }
        let running = harness.proxy.runThread(key: "running") { [gate] _ in gate.pass() }
        let waiting = harness.proxy.runThread(key: "waiting") { _ in }
        let ended = harness.proxy.addCoroutine(key: "ended") { _ in }
        harness.waitWithoutLoop(for: ended)
        DispatchQueue.global().sync { [proxy = harness.proxy] in
            XCTAssertEqual(proxy.task(id: running.id)?.state, .running)
            XCTAssertEqual(proxy.task(key: "waiting")?.state, .pending)
            XCTAssertEqual(proxy.task(key: "ended")?.state, .completed)
            XCTAssertEqual(proxy.tasks().map(\.id), [running.id, waiting.id, ended.id])
        }
        XCTAssertEqual(harness.tasks.count, 0)
        gate.open()
        harness.settle()
    }

    func testTasksAreFoundByStateGroupAndKindInEitherOrder() {
        let (proxy, coroutines) = (harness.proxy, CoroutineGate())
        let thread = proxy.runThread(options: .group("network")) { [gate] _ in gate.pass() }
        let coroutine = proxy.addCoroutine(options: .group("network")) { _ in await coroutines.pass() }
        let other = proxy.addCoroutine(options: .group("disk")) { _ in }
        let late = proxy.runLater(after: .seconds(60), .thread { _ in })
        harness.iterate { other.state == .completed }
        func ids(_ tasks: [TaskSnapshot]) -> [TaskID] { tasks.map(\.id) }
        XCTAssertEqual(ids(proxy.tasks()), [thread.id, coroutine.id, other.id, late.id])
        XCTAssertEqual(ids(proxy.tasks(order: .newestFirst)), [late.id, other.id, coroutine.id, thread.id])
        XCTAssertEqual(ids(proxy.tasks(in: [.pending])), [late.id])
        XCTAssertEqual(ids(proxy.tasks(in: [.pending, .completed])), [other.id, late.id])
        XCTAssertEqual(ids(proxy.tasks(in: [])), [])
        XCTAssertEqual(ids(proxy.tasks(group: "network", order: .newestFirst)), [coroutine.id, thread.id])
        XCTAssertEqual(ids(proxy.tasks(kind: .coroutine)), [coroutine.id, other.id])
        XCTAssertEqual(ids(proxy.tasks(in: [.running], group: "network", kind: .thread)), [thread.id])
        XCTAssertEqual(ids(proxy.tasks(group: "nobody")), [])
        late.cancel()
        gate.open()
        coroutines.open()
        harness.settle()
    }

    func testWhatNobodyKnowsIsNilOrFalse() {
        let (proxy, stranger) = (harness.proxy, EngineHarness().proxy.runThread { _ in })
        XCTAssertNil(proxy.task(id: stranger.id))
        XCTAssertNil(proxy.task(key: "nobody"))
        XCTAssertFalse(proxy.cancelTask(id: stranger.id))
        XCTAssertFalse(proxy.cancelTask(key: "nobody"))
        XCTAssertFalse(proxy.pauseTask(id: stranger.id))
        XCTAssertFalse(proxy.resumeTask(id: stranger.id))
        XCTAssertFalse(proxy.setPriority(.high, id: stranger.id))
        XCTAssertFalse(proxy.updateProgress(0.5, id: stranger.id))
        XCTAssertFalse(proxy.isPaused(group: "nobody"))
        XCTAssertEqual(proxy.removeFinishedTasks(), 0)
    }

    func testTheNewestLiveTaskOfAKeyGoesBeforeThoseThatEnded() {
        let proxy = harness.proxy
        let first = proxy.runThread(key: "key") { _ in }
        harness.settle()
        XCTAssertEqual(proxy.task(key: "key")?.id, first.id)
        let second = harness.runGated(gate, key: "key")
        XCTAssertEqual(proxy.task(key: "key")?.id, second.id)
        let third = proxy.runThread(key: "key", options: .keyPolicy(.enqueue)) { _ in }
        XCTAssertEqual(proxy.task(key: "key")?.id, third.id)
        third.cancel()
        XCTAssertEqual(proxy.task(key: "key")?.id, second.id)
        gate.open()
        harness.settle()
        XCTAssertEqual(proxy.task(key: "key")?.id, second.id, "It ended last.")
    }

    func testMetadataIsInEverySnapshot() {
        let metadata = ["user": "42", "": "empty", "long": String(repeating: "x", count: 100_000)]
        let handle = harness.proxy.runThread(metadata: metadata) { [gate] _ in gate.pass() }
        XCTAssertEqual(handle.snapshot.metadata, metadata)
        XCTAssertEqual(harness.proxy.task(id: handle.id)?.metadata, metadata)
        gate.open()
        harness.settle()
        XCTAssertEqual(harness.tasks[id: handle.id]?.metadata, metadata)
        XCTAssertEqual(harness.proxy.task(id: handle.id)?.metadata, metadata)
    }

    func testAKeyOfAMegabyteIsAKey() {
        let (proxy, key) = (harness.proxy, String(repeating: "k", count: 1 << 20))
        let handle = harness.runGated(gate, key: key)
        XCTAssertEqual(proxy.task(key: key)?.id, handle.id)
        XCTAssertEqual(handle.name, key)
        let refused = proxy.runThread(key: key, options: .keyPolicy(.reject)) { _ in }
        XCTAssertLessThan("\(refused.error.map { "\($0)" } ?? "")".utf8.count, 1000)
        XCTAssertNil(proxy.task(key: key + "k"))
        XCTAssertTrue(proxy.cancelTask(key: key))
        gate.open()
        harness.settle()
        XCTAssertEqual(handle.state, .cancelled)
    }

    func testALongNameDoesNotMakeALongError() {
        let harness = EngineHarness { $0.maximumPendingTasks = 1 }
        let key = String(repeating: "k", count: 1 << 20)
        let late = harness.proxy.runLater(after: .seconds(1), .thread { _ in })
        let handles = [
            harness.proxy.runLater(after: .seconds(1), .thread { _ in }, key: key),
            harness.proxy.runThread(key: key, options: [.after(late), .deadline(.zero)]) { _ in },
        ]
        late.cancel()
        harness.settle()
        for handle in handles { XCTAssertLessThan("\(handle.error.map { "\($0)" } ?? "")".utf8.count, 1000) }
    }

    func testEveryTaskIsFoundOnceWhileTasksEnd() {
        let harness = EngineHarness { $0.finishedTaskLimit = 100_000 }
        let ids = (0..<5000).map { _ in harness.proxy.runThread { _ in }.id }
        // They end while they are asked for.
        for _ in 0..<20 { XCTAssertEqual(harness.proxy.tasks().map(\.id), ids) }
        harness.settle()
        XCTAssertEqual(harness.proxy.tasks(in: [.completed]).map(\.id), ids)
    }
}
