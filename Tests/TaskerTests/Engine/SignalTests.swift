import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// Promise 30: handlers and their connections.
final class SignalTests: XCTestCase {
    private let log = Journal<String>()

    private func onMain(_ body: @MainActor @Sendable (Signal<Int>) -> Void) {
        MainActor.assumeIsolated { body(Signal<Int>()) }
    }

    func testPromise30HandlersAreCalledInTheOrderOfConnectionAlsoWithoutTheirConnections() {
        onMain { [log] signal in
            for number in 0..<3 { signal.connect { log.append("\(number) of \($0)") } }
            signal.emit(7)
        }
        XCTAssertEqual(log.values, ["0 of 7", "1 of 7", "2 of 7"])
    }

    func testPromise30WhatIsDisconnectedInsideAnEmissionIsNotCalledAnyMore() {
        onMain { [log] signal in
            var connections: [SignalConnection] = []
            signal.connect { _ in
                log.append("first")
                for connection in connections { connection.disconnect() }
            }
            connections.append(signal.connect { _ in log.append("second") })
            signal.connect { _ in log.append("third") }
            signal.emit(1)
            signal.emit(2)
            XCTAssertFalse(connections[0].isConnected)
            connections[0].disconnect()
        }
        XCTAssertEqual(log.values, ["first", "third", "first", "third"])
    }

    func testPromise30WhatIsConnectedInsideAnEmissionIsCalledFromTheNextOneOn() {
        onMain { [log] signal in
            var isConnected = false
            signal.connect { value in
                log.append("first \(value)")
                guard !isConnected else { return }
                isConnected = true
                signal.connect { log.append("second \($0)") }
            }
            signal.emit(1)
            signal.emit(2)
        }
        XCTAssertEqual(log.values, ["first 1", "first 2", "second 2"])
    }

    func testPromise30AHandlerIsHeldUntilItIsDisconnectedAndThenReleased() {
        final class Owned: Sendable {}
        onMain { signal in
            weak var watch: Owned?
            let connection = {
                let owned = Owned()
                watch = owned
                return signal.connect { _ in _ = owned }
            }()
            XCTAssertNotNil(watch)
            connection.disconnect()
            XCTAssertNil(watch)
        }
    }
}
