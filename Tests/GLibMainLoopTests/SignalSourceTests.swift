import GLibMainLoop
import Glibc
import TestSupport
import XCTest

final class SignalSourceTests: XCTestCase {
    private let context = MainContext()
    private let log = Journal<String>(waking: MainContext())

    func testARaisedSignalFiresItsSource() {
        let source = context.addSignal(SIGUSR1) { [log] in
            log.append("signal")
            return .continue
        }
        for count in 1...3 {
            raise(SIGUSR1)
            context.iterate { log.count == count }
        }
        source.remove()
        XCTAssertEqual(log.values, ["signal", "signal", "signal"])
    }

    func testASignalSourceThatAnswersRemoveIsGone() {
        let source = context.addSignal(SIGUSR1) { [log] in
            log.append("signal")
            return .remove
        }
        raise(SIGUSR1)
        context.iterate { source.isRemoved }
        XCTAssertEqual(log.values, ["signal"])
        XCTAssertFalse(context.hasPendingEvents)
    }

    func testAllSourcesOfASignalFire() {
        let names = ["first", "second"]
        let sources = names.map { name in
            context.addSignal(SIGUSR1) { [log] in
                log.append(name)
                return .continue
            }
        }
        raise(SIGUSR1)
        context.iterate { log.count == 2 }
        for source in sources { source.remove() }
        // GLib's worker marks one source after the other, so their order is open.
        XCTAssertEqual(log.values.sorted(), names)
    }

    func testTheEndOfTheLastSourceGivesTheSignalBackItsDefaultDisposition() {
        var tokens = (0..<2).map { _ in context.addSignal(SIGUSR1) { .continue } }
        for token in tokens { token.remove() }
        tokens.removeLast()
        XCTAssertFalse(isDefault(SIGUSR1))
        tokens.removeLast()
        XCTAssertTrue(isDefault(SIGUSR1))
    }

    private func isDefault(_ signal: Int32) -> Bool {
        var action = sigaction()
        sigaction(signal, nil, &action)
        return action.__sigaction_handler.sa_handler == nil
    }
}
