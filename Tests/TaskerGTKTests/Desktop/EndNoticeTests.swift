import Testing

@testable import Tasker
@testable import TaskerGTK

@Suite struct EndNoticeTests {
    private struct Failure: Error, CustomStringConvertible {
        let description = "It is {names}."
    }

    private func makeTask(_ name: String, _ state: TaskState, worked: Duration = .seconds(10)) -> TaskSnapshot {
        let info = TaskInfo(kind: .thread, name: name, created: TaskTimestamp(.zero))
        var facts = TaskSnapshot.Facts()
        facts.timings.begin(at: .zero)
        facts.timings.end(at: Uptime(elapsed: worked))
        if state == .failed { facts.error = Failure() }
        return TaskSnapshot(info, state, nil, .normal, facts)
    }

    @Test func whatWasShortOrCancelledIsNoNews() {
        var notice = EndNotice()
        notice.add(makeTask("a", .completed, worked: .seconds(10) - .milliseconds(1)), at: .zero)
        notice.add(makeTask("b", .cancelled), at: .zero)
        #expect(notice.nextLook == nil)
    }

    @Test func whatEndsWithinHalfASecondIsOne() {
        var notice = EndNotice()
        notice.add(makeTask("a", .completed), at: .seconds(1))
        notice.add(makeTask("b", .completed), at: .milliseconds(1499))
        var isShown = notice.take(at: .milliseconds(1499))
        #expect(!isShown)
        isShown = notice.take(at: .milliseconds(1500))
        #expect(isShown)
        #expect(notice.title == "2 tasks have ended")
        #expect(notice.body == "a, b")
        isShown = notice.take(at: .seconds(9))
        #expect(!isShown, "It was shown before.")
        notice.add(makeTask("c", .completed), at: .seconds(9))
        isShown = notice.take(at: .milliseconds(9500))
        #expect(isShown)
        #expect(notice.body == "a, b, c", "Nobody has looked since.")
    }

    @Test func aFailureSaysWhy() {
        var notice = EndNotice()
        notice.add(makeTask("a", .failed), at: .zero)
        #expect(notice.title == "a")
        #expect(notice.body == "Failed: It is {names}.")
        notice.add(makeTask("b", .completed), at: .zero)
        #expect(notice.title == "2 tasks have ended")
        #expect(notice.body == "Completed: b\nFailed: a")
    }

    @Test func onlySomeAreNamed() {
        var notice = EndNotice()
        for name in ["a", "b", "c", "d", "e"] { notice.add(makeTask(name, .failed), at: .zero) }
        #expect(notice.title == "5 tasks have ended")
        #expect(notice.body == "Failed: a, b, c and 2 more")
    }
}
