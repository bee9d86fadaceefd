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

    func testPromise30OneOfSeveralObserversLeavesThroughItsTokenAndTheOthersStay() {
        onMain { [log] signal in
            let connections = (0..<4).map { number in signal.connect { log.append("\(number) of \($0)") } }
            connections[1].disconnect()
            signal.emit(1)
            connections[3].disconnect()
            connections[0].disconnect()
            signal.emit(2)
            XCTAssertEqual(connections.map(\.isConnected), [false, false, true, false])
            connections[2].disconnect()
            signal.emit(3)
        }
        XCTAssertEqual(log.values, ["0 of 1", "2 of 1", "3 of 1", "2 of 2"])
    }

    func testPromise30TheSameHandlerConnectedTwiceHasTwoConnections() {
        onMain { [log] signal in
            let handler: @MainActor (Int) -> Void = { log.append("\($0)") }
            let first = signal.connect(handler)
            signal.connect(handler)
            signal.emit(1)
            first.disconnect()
            signal.emit(2)
        }
        XCTAssertEqual(log.values, ["1", "1", "2"])
    }

    func testPromise30AHandlerMayDisconnectItselfAndThoseBeforeIt() {
        onMain { [log] signal in
            var connections: [SignalConnection] = []
            for number in 0..<3 {
                let connection = signal.connect { value in
                    log.append("\(number) of \(value)")
                    guard number == 1 else { return }
                    for connection in connections[...1] { connection.disconnect() }
                    log.append("still \(number)")
                }
                connections.append(connection)
            }
            signal.emit(1)
            signal.emit(2)
        }
        XCTAssertEqual(log.values, ["0 of 1", "1 of 1", "still 1", "2 of 1", "2 of 2"])
    }

    func testPromise30AHandlerMayReplaceItselfForEver() {
        final class Chain {
            var connection: SignalConnection?

            @MainActor
            func connect(_ number: Int, to signal: Signal<Int>, log: Journal<String>) {
                connection?.disconnect()
                connection = signal.connect { value in
                    log.append("\(number) of \(value)")
                    self.connect(number + 1, to: signal, log: log)
                }
            }
        }
        onMain { [log] signal in
            let chain = Chain()
            chain.connect(0, to: signal, log: log)
            for value in 1...3 { signal.emit(value) }
            chain.connection?.disconnect()
        }
        XCTAssertEqual(log.values, ["0 of 1", "1 of 2", "2 of 3"])
    }

    func testPromise30WhatIsConnectedAndDisconnectedInsideAnEmissionIsNeverCalled() {
        onMain { [log] signal in
            signal.connect { value in
                log.append("first \(value)")
                signal.connect { _ in log.append("never") }.disconnect()
            }
            signal.emit(1)
            signal.emit(2)
        }
        XCTAssertEqual(log.values, ["first 1", "first 2"])
    }

    // A handler that runs a main loop of its own may see the next emission before the others have seen this one.
    func testPromise30AnEmissionInsideAnEmissionSeesWhatIsConnectedByThen() {
        onMain { [log] signal in
            var second: SignalConnection?
            signal.connect { value in
                log.append("first \(value)")
                guard value == 1 else { return }
                signal.connect { log.append("third \($0)") }
                signal.emit(2)
                second?.disconnect()
            }
            second = signal.connect { log.append("second \($0)") }
            signal.emit(1)
            signal.emit(3)
        }
        XCTAssertEqual(log.values, ["first 1", "first 2", "second 2", "third 2", "first 3", "third 3"])
    }

    func testPromise30AHandlerThatIsDisconnectedInsideAnEmissionIsReleasedWhenThatIsOver() {
        final class Owned: Sendable {}
        onMain { signal in
            weak var watch: Owned?
            var connection: SignalConnection?
            signal.connect { _ in connection?.disconnect() }
            connection = {
                let owned = Owned()
                watch = owned
                return signal.connect { _ in _ = owned }
            }()
            XCTAssertNotNil(watch)
            signal.emit(1)
            XCTAssertNil(watch)
        }
    }

    func testPromise30TheReleaseOfAHandlerMayDisconnectAnother() {
        onMain { [log] signal in
            let other = signal.connect { _ in log.append("other") }
            let connection = {
                let witness = Witness { MainActor.assumeIsolated { other.disconnect() } }
                return signal.connect { _ in withExtendedLifetime(witness) {} }
            }()
            connection.disconnect()
            XCTAssertFalse(other.isConnected)
            signal.emit(1)
        }
        XCTAssertEqual(log.values, [])
    }

    func testPromise30AConnectionThatOutlivesItsSignalDoesNothing() {
        MainActor.assumeIsolated {
            var signal: Signal<Int>? = Signal()
            let connection = signal?.connect { _ in }
            weak let watch = signal
            signal = nil
            XCTAssertNil(watch)
            connection?.disconnect()
            XCTAssertEqual(connection?.isConnected, false)
        }
    }
}
