import Testing

@testable import Tasker
@testable import TaskerGTK

@Suite struct SuspendInhibitionTests {
    private let ids = (1...3).map { _ in TaskInfo(kind: .thread, created: TaskTimestamp(.zero)).id }
    private let moment = Duration.milliseconds(1)

    @Test func itIsOnFromTenSecondsOnUntilFiveAfterTheLast() {
        var inhibition = SuspendInhibition()
        inhibition.update([ids[0]], at: .seconds(100))
        inhibition.look(at: .seconds(110) - moment)
        #expect(!inhibition.isOn)
        #expect(inhibition.nextLook == .seconds(110))
        inhibition.look(at: .seconds(110))
        #expect(inhibition.isOn)
        #expect(inhibition.nextLook == nil)
        inhibition.update([], at: .seconds(120))
        inhibition.look(at: .seconds(125) - moment)
        #expect(inhibition.isOn)
        inhibition.look(at: .seconds(125))
        #expect(!inhibition.isOn)
        #expect(inhibition.nextLook == nil)
    }

    @Test func whatFollowsSoonKeepsIt() {
        var inhibition = SuspendInhibition()
        inhibition.update([ids[0]], at: .zero)
        inhibition.look(at: .seconds(10))
        inhibition.update([], at: .seconds(20))
        inhibition.update([ids[1]], at: .seconds(24))
        inhibition.look(at: .seconds(26))
        #expect(inhibition.isOn)
        inhibition.update([], at: .seconds(27))
        inhibition.look(at: .seconds(31))
        #expect(inhibition.isOn, "The rest counts anew.")
        inhibition.look(at: .seconds(32))
        #expect(!inhibition.isOn)
    }

    @Test func manyShortOnesAreNotOneLong() {
        var inhibition = SuspendInhibition()
        // There is always one, and none for longer than nine seconds.
        for second in stride(from: 0, to: 90, by: 9) {
            let (old, new) = (ids[second / 9 % 2], ids[(second / 9 + 1) % 2])
            inhibition.update([old, new], at: .seconds(second))
            inhibition.look(at: .seconds(second))
            #expect(!inhibition.isOn)
            inhibition.update([new], at: .seconds(second))
        }
    }

    @Test func aPauseCountsAsRest() {
        var inhibition = SuspendInhibition()
        inhibition.update([ids[0]], at: .zero)
        inhibition.update([], at: .seconds(9))
        inhibition.update([ids[0]], at: .seconds(10))
        inhibition.look(at: .seconds(20) - moment)
        #expect(!inhibition.isOn)
        inhibition.look(at: .seconds(20))
        #expect(inhibition.isOn)
    }
}
