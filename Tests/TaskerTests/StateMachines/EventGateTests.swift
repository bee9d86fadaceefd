import TestSupport
import Testing

@testable import Tasker

@Suite struct EventGateTests {
    private let gate = EventGate()
    private let woken = Guarded<[Int]>([])

    private var answers: String {
        answer(weight: 1)
    }

    private func answer(weight: Int) -> String {
        switch gate.enter(weight: weight) {
        case .admitted: "admitted"
        case .full: "full"
        case .closed: "closed"
        }
    }

    private func fill() {
        for _ in 0..<EventGate.capacity { _ = gate.enter(weight: 1) }
    }

    private func wait(_ number: Int) {
        gate.wait { [woken] in woken.withLock { $0.append(number) } }
    }

    @Test func promise08TheRoomIsBounded() {
        for _ in 0..<EventGate.capacity { #expect(answers == "admitted") }
        #expect(answers == "full")
        gate.leave(weight: 1)
        #expect(answers == "admitted")
        #expect(answers == "full")
    }

    @Test func sendersAreWokenOneForEachEventInTheirOrder() {
        fill()
        for number in 1...3 { wait(number) }
        #expect(woken.withLock { $0 } == [])
        gate.leave(weight: 1)
        #expect(woken.withLock { $0 } == [1])
        gate.leave(weight: 1)
        gate.leave(weight: 1)
        #expect(woken.withLock { $0 } == [1, 2, 3])
    }

    @Test func oneThatCountsForManyTakesAndLeavesThatMuchRoom() {
        _ = gate.enter(weight: EventGate.capacity - 1)
        #expect(answers == "admitted")
        #expect(answers == "full")
        for number in 1...3 { wait(number) }
        gate.leave(weight: 2)
        #expect(woken.withLock { $0 } == [1, 2])
        gate.leave(weight: EventGate.capacity - 2)
        #expect(woken.withLock { $0 } == [1, 2, 3])
        #expect(answer(weight: 2 * EventGate.capacity) == "admitted")
        #expect(answers == "full")
    }

    @Test func aSenderThatComesAfterRoomWasMadeDoesNotWait() {
        fill()
        gate.leave(weight: 1)
        wait(1)
        #expect(woken.withLock { $0 } == [1])
    }

    @Test func closingLetsEverySenderGoOnce() {
        fill()
        wait(1)
        wait(2)
        gate.close()
        gate.close()
        #expect(woken.withLock { $0 } == [1, 2])
        wait(3)
        #expect(woken.withLock { $0 } == [1, 2, 3])
        #expect(answers == "closed")
    }

    @Test func promise09AClosedGateWithRoomStillAdmits() {
        gate.close()
        #expect(answers == "admitted")
    }

    @Test func whoMustNotWaitIsCountedBeyondTheRoom() {
        fill()
        gate.enterWithoutRoom(weight: 1)
        gate.leave(weight: 1)
        #expect(answers == "full")
        gate.leave(weight: 1)
        #expect(answers == "admitted")
    }
}
