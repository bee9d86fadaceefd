import GLibMainLoop
import TestSupport
import XCTest

/// A handler lives until GLib's destroy notify, not longer and not shorter.
final class HandlerLifetimeTests: XCTestCase {
    private let context = MainContext()

    func testRemoveBeforeFiringReleasesTheHandler() {
        let (source, handler) = watchedIdle(answering: .continue)
        XCTAssertTrue(handler.isAlive)
        source.remove()
        XCTAssertFalse(handler.isAlive)
    }

    func testRemoveReleasesTheHandlerOfEachKindOfSource() {
        let sources = [
            watching { probe in context.addIdle { probe.answer(.continue) } },
            watching { probe in context.addTimeout(every: .seconds(3600)) { probe.answer(.continue) } },
            watching { probe in context.addSignal(SIGUSR2) { probe.answer(.continue) } },
            watching { probe in
                context.addDescriptor(STDERR_FILENO, events: []) { _ in probe.answer(.continue) }
            },
        ]
        XCTAssertEqual(sources.map(\.1.isAlive), [true, true, true, true])
        for (source, _) in sources { source.remove() }
        XCTAssertEqual(sources.map(\.1.isAlive), [false, false, false, false])
    }

    func testAHandlerThatAnswersRemoveIsReleasedAfterItsCall() {
        let calls = Journal<Bool>(waking: MainContext())
        let watch = Lock<ProbeWatch?>(nil)
        let (source, handler) = watching { probe in
            context.addIdle {
                probe.touch()
                calls.append(watch.withLock { $0?.isAlive } == true)
                return .remove
            }
        }
        watch.withLock { $0 = handler }
        XCTAssertTrue(context.iterate(mayBlock: false))
        XCTAssertEqual(calls.values, [true])
        XCTAssertFalse(handler.isAlive)
        XCTAssertTrue(source.isRemoved)
    }

    func testAHandlerThatAnswersContinueIsKept() {
        let (source, handler) = watchedIdle(answering: .continue)
        for _ in 0..<3 {
            XCTAssertTrue(context.iterate(mayBlock: false))
            XCTAssertTrue(handler.isAlive)
        }
        source.remove()
        XCTAssertFalse(handler.isAlive)
    }

    func testAHandlerThatRemovesItsOwnSourceLivesToTheEndOfItsCall() {
        let source = Lock<EventSource?>(nil)
        let aliveAfterRemoval = Journal<Bool>(waking: MainContext())
        let watch = Lock<ProbeWatch?>(nil)
        let (token, handler) = watching { probe in
            context.addIdle {
                source.withLock { $0 }?.remove()
                aliveAfterRemoval.append(watch.withLock { $0?.isAlive } == true)
                return probe.answer(.continue)
            }
        }
        watch.withLock { $0 = handler }
        source.withLock { $0 = token }
        XCTAssertEqual(context.dispatchPending(), 1)
        XCTAssertEqual(aliveAfterRemoval.values, [true])
        XCTAssertFalse(handler.isAlive)
    }

    func testLettingGoOfTheTokenLeavesTheSourceInPlace() {
        let calls = Journal<Int>(waking: MainContext())
        let (_, handler) = watching { probe in
            _ = context.addIdle {
                calls.append(calls.count)
                return probe.answer(calls.count < 2 ? .continue : .remove)
            }
        }
        XCTAssertTrue(handler.isAlive)
        context.dispatchPending()
        XCTAssertEqual(calls.values, [0, 1])
        XCTAssertFalse(handler.isAlive)
    }

    func testAHandlerRemovedFromAnotherThreadIsReleased() {
        let (source, handler) = watchedIdle(answering: .continue)
        context.iterate(mayBlock: false)
        onAnotherThread { source.remove() }
        XCTAssertFalse(handler.isAlive)
    }

    func testAHandlerRemovedWhileAnotherThreadRunsItIsReleasedAfterItsCall() {
        let thread = LoopThread()
        let entered = Journal<Void>(waking: MainContext())
        let mayEnd = Journal<Void>(waking: MainContext())
        let (source, handler) = watching { probe in
            thread.context.addIdle {
                entered.append(())
                mayEnd.wait(forCount: 1)
                return probe.answer(.continue)
            }
        }
        entered.wait(forCount: 1)
        source.remove()
        XCTAssertTrue(source.isRemoved)
        XCTAssertTrue(handler.isAlive)
        mayEnd.append(())
        thread.stop()
        XCTAssertFalse(handler.isAlive)
        XCTAssertEqual(entered.count, 1)
    }

    func testHandlersRemovedByManyThreadsWhileTheLoopRunsThemAreAllReleased() {
        let thread = LoopThread()
        let (threads, handlers) = watching { probe in
            (0..<4).map { _ in
                TestThread {
                    for _ in 0..<1000 {
                        let source = thread.context.addIdle { probe.answer(.continue) }
                        source.remove()
                        thread.context.addIdle { probe.answer(.remove) }
                    }
                }
            }
        }
        for each in threads { each.join() }
        thread.stop()
        XCTAssertFalse(handlers.isAlive)
    }

    func testTheEndOfAContextReleasesTheHandlersOfItsSources() {
        var other: MainContext? = MainContext()
        let (_, handler) = watching { probe in
            _ = other?.addIdle { probe.answer(.continue) }
        }
        XCTAssertTrue(handler.isAlive)
        other = nil
        XCTAssertFalse(handler.isAlive)
    }

    func testATokenKeepsItsContextAlive() {
        weak var released: MainContext?
        do {
            let source: EventSource
            do {
                let other = MainContext()
                released = other
                source = other.addIdle { .continue }
            }
            XCTAssertNotNil(released)
            source.remove()
            XCTAssertTrue(source.isRemoved)
        }
        XCTAssertNil(released)
    }

    private func watchedIdle(answering answer: SourceContinuation) -> (EventSource, ProbeWatch) {
        watching { probe in context.addIdle { probe.answer(answer) } }
    }
}

extension Probe {
    /// `answer`, after a use of the probe that makes the handler keep it.
    fileprivate func answer(_ answer: SourceContinuation) -> SourceContinuation {
        touch()
        return answer
    }
}
