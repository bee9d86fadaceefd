import Testing

@testable import Tasker

/// Promise 18 in the state machine.
@Suite struct SchedulerKeyTests {
    private func machine() -> SchedulerStateMachine {
        SchedulerStateMachine(maximum: nil) { _ in 64 }
    }

    private func request(
        _ number: UInt64,
        _ policy: KeyPolicy = .replace,
        isAbandonable: Bool = false
    ) -> SchedulerStateMachine.Request {
        SchedulerStateMachine.Request(
            id: id(number),
            kind: .thread,
            key: "key",
            priority: .normal,
            keyPolicy: policy,
            isAbandonable: isAbandonable
        )
    }

    private func id(_ number: UInt64) -> TaskID {
        TaskID(rawValue: number)
    }

    @Test func promise18ReplaceStartsWhenTheOldBodyHasEnded() {
        var machine = machine()
        _ = machine.submit(request(1))
        #expect(machine.submit(request(2)).actions == [.cancelBody(id(1), .keyReplaced)])
        #expect(machine.newest(of: "key") == id(2))
        let (ends, reason, actions) = machine.bodyEnded(id(1))
        #expect(ends)
        #expect(reason == .keyReplaced)
        #expect(actions == [.start(id(2))])
    }

    @Test func promise18ReplaceCancelsTheWaitingOnesToo() {
        var machine = machine()
        _ = machine.submit(request(1))
        _ = machine.submit(request(2, .enqueue))
        _ = machine.submit(request(3, .enqueue))
        let actions = machine.submit(request(4)).actions
        #expect(
            actions == [
                .cancelBody(id(1), .keyReplaced), .finish(id(2), .cancelled(.keyReplaced)),
                .finish(id(3), .cancelled(.keyReplaced)),
            ]
        )
        #expect(machine.bodyEnded(id(1)).actions == [.start(id(4))])
    }

    @Test func promise18ReplaceWaitsForAnAbandonedBody() {
        var machine = machine()
        _ = machine.submit(request(1, isAbandonable: true))
        let actions = machine.submit(request(2)).actions
        #expect(actions == [.cancelBody(id(1), .keyReplaced), .finish(id(1), .cancelled(.keyReplaced))])
        #expect(machine.bodyEnded(id(1)).actions == [.start(id(2))])
    }

    @Test func promise18KeepAnswersTheLiveOne() {
        var machine = machine()
        _ = machine.submit(request(1))
        let (kept, actions) = machine.submit(request(2, .keep))
        #expect(kept == id(1))
        #expect(actions == [])
        #expect(!machine.contains(id(2)))
    }

    @Test func promise18KeepDoesNotKeepWhatIsToEnd() {
        var machine = machine()
        _ = machine.submit(request(1))
        _ = machine.cancel(id(1), reason: .user)
        #expect(machine.submit(request(2, .keep)).kept == nil)
        #expect(machine.bodyEnded(id(1)).actions == [.start(id(2))])
    }

    @Test func promise18EnqueueKeepsTheOrder() {
        var machine = machine()
        for number in UInt64(1)...3 { _ = machine.submit(request(number, .enqueue)) }
        #expect(machine.bodyEnded(id(1)).actions == [.start(id(2))])
        #expect(machine.cancel(id(3), reason: .user).changed)
        _ = machine.submit(request(4, .enqueue))
        #expect(machine.bodyEnded(id(2)).actions == [.start(id(4))])
        #expect(machine.bodyEnded(id(4)).actions == [])
        #expect(machine.newest(of: "key") == nil)
    }

    @Test func promise18RejectFailsTheNewOneOnly() {
        var machine = machine()
        _ = machine.submit(request(1))
        #expect(machine.submit(request(2, .reject)).actions == [.finish(id(2), .keyInUse)])
        #expect(machine.newest(of: "key") == id(1))
        #expect(machine.bodyEnded(id(1)).cancelled == nil)
        #expect(machine.submit(request(3, .reject)).actions == [.start(id(3))])
    }

    @Test func cancellingAKeyCancelsEveryTaskOfIt() {
        var machine = machine()
        for number in UInt64(1)...3 { _ = machine.submit(request(number, .enqueue)) }
        let (count, actions) = machine.cancel(key: "key", reason: .user)
        #expect(count == 3)
        #expect(
            actions == [
                .cancelBody(id(1), .user), .finish(id(2), .cancelled(.user)), .finish(id(3), .cancelled(.user)),
            ]
        )
        #expect(machine.cancel(key: "other", reason: .user).count == 0)
    }
}
