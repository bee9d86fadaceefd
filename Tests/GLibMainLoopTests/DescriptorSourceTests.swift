import GLibMainLoop
import Glibc
import TestSupport
import XCTest

final class DescriptorSourceTests: XCTestCase {
    private let context = MainContext()
    private let log = Journal<DescriptorEvents>(waking: MainContext())
    private var reading: Int32 = -1
    private var writing: Int32 = -1

    override func setUp() {
        var ends: [Int32] = [-1, -1]
        XCTAssertEqual(pipe(&ends), 0)
        (reading, writing) = (ends[0], ends[1])
    }

    override func tearDown() {
        close(reading)
        if writing >= 0 { close(writing) }
    }

    func testAReadableDescriptorFiresItsSource() {
        watchReading()
        XCTAssertFalse(context.iterate(mayBlock: false))
        XCTAssertEqual(write(writing, "x", 1), 1)
        XCTAssertTrue(context.iterate(mayBlock: false))
        XCTAssertEqual(log.values, [.readable])
    }

    func testADescriptorThatIsNotReadFiresAgain() {
        watchReading()
        XCTAssertEqual(write(writing, "x", 1), 1)
        for _ in 0..<3 { XCTAssertTrue(context.iterate(mayBlock: false)) }
        XCTAssertEqual(log.values, [.readable, .readable, .readable])
        var byte: UInt8 = 0
        XCTAssertEqual(read(reading, &byte, 1), 1)
        XCTAssertFalse(context.iterate(mayBlock: false))
    }

    func testADescriptorThatTakesMoreFiresAsWritable() {
        context.addDescriptor(writing, events: .writable) { [log] events in
            log.append(events)
            return .remove
        }
        XCTAssertEqual(context.dispatchPending(), 1)
        XCTAssertEqual(log.values, [.writable])
    }

    func testAHangUpIsReportedWithoutBeingAskedFor() {
        watchReading()
        close(writing)
        writing = -1
        XCTAssertTrue(context.iterate(mayBlock: false))
        XCTAssertEqual(log.values, [.hangUp])
    }

    func testAWriteFromAnotherThreadWakesABlockedIteration() {
        watchReading()
        let thread = TestThread { [writing] in _ = write(writing, "x", 1) }
        context.iterate { log.count == 1 }
        thread.join()
        XCTAssertEqual(log.values, [.readable])
    }

    func testARemovedDescriptorSourceDoesNotFire() {
        let source = watchReading()
        XCTAssertEqual(write(writing, "x", 1), 1)
        source.remove()
        XCTAssertFalse(context.iterate(mayBlock: false))
        XCTAssertEqual(log.values, [])
    }

    @discardableResult
    private func watchReading() -> EventSource {
        context.addDescriptor(reading, events: .readable) { [log] events in
            log.append(events)
            return .continue
        }
    }
}
