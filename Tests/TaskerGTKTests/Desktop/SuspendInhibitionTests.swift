import Testing

@testable import Tasker
@testable import TaskerGTK

@Suite struct SuspendInhibitionTests {
    private let ids = (1...3).map { _ in TaskInfo(kind: .thread, created: TaskTimestamp(.zero)).id }
    private let moment = Duration.milliseconds(1)

    @Test func itIsOnFromTenSecondsOnUntilFiveAfterTheLast() {
        var inhibition = SuspendInhibition()
        inhibition.set(ids[0], works: true, at: .seconds(100))
        inhibition.look(at: .seconds(110) - moment)
        #expect(!inhibition.isOn)
        #expect(inhibition.nextLook == .seconds(110))
        inhibition.look(at: .seconds(110))
        #expect(inhibition.isOn)
        #expect(inhibition.nextLook == nil)
        inhibition.set(ids[0], works: false, at: .seconds(120))
        inhibition.look(at: .seconds(125) - moment)
        #expect(inhibition.isOn)
        inhibition.look(at: .seconds(125))
        #expect(!inhibition.isOn)
        #expect(inhibition.nextLook == nil)
    }

    @Test func whatFollowsSoonKeepsIt() {
        var inhibition = SuspendInhibition()
        inhibition.set(ids[0], works: true, at: .zero)
        inhibition.look(at: .seconds(10))
        inhibition.set(ids[0], works: false, at: .seconds(20))
        inhibition.set(ids[1], works: true, at: .seconds(24))
        inhibition.look(at: .seconds(26))
        #expect(inhibition.isOn)
        inhibition.set(ids[1], works: false, at: .seconds(27))
        inhibition.look(at: .seconds(31))
        #expect(inhibition.isOn, "The rest counts anew.")
        inhibition.look(at: .seconds(32))
        #expect(!inhibition.isOn)
    }

    @Test func manyShortOnesAreNotOneLong() {
        var inhibition = SuspendInhibition()
        // There is always one, and none for longer than nine seconds.
        for second in stride(from: 0, to: 90, by: 9) {
            inhibition.set(ids[(second / 9 + 1) % 2], works: true, at: .seconds(second))
            inhibition.look(at: .seconds(second))
            #expect(!inhibition.isOn)
            inhibition.set(ids[second / 9 % 2], works: false, at: .seconds(second))
        }
    }

    @Test func theOneThatHasWorkedForLongestCounts() {
        var inhibition = SuspendInhibition()
        for (second, id) in ids.enumerated() { inhibition.set(id, works: true, at: .seconds(second)) }
        // Said again, it has begun no later.
        inhibition.set(ids[1], works: true, at: .seconds(3))
        inhibition.set(ids[0], works: false, at: .seconds(4))
        inhibition.look(at: .seconds(11) - moment)
        #expect(!inhibition.isOn)
        #expect(inhibition.nextLook == .seconds(11))
        inhibition.look(at: .seconds(11))
        #expect(inhibition.isOn)
    }

    @Test func aPauseCountsAsRest() {
        var inhibition = SuspendInhibition()
        inhibition.set(ids[0], works: true, at: .zero)
        inhibition.set(ids[0], works: false, at: .seconds(9))
        inhibition.set(ids[0], works: true, at: .seconds(10))
        inhibition.look(at: .seconds(20) - moment)
        #expect(!inhibition.isOn)
        inhibition.look(at: .seconds(20))
        #expect(inhibition.isOn)
    }
}
