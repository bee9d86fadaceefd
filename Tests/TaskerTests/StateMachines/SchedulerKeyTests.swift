import Testing

@testable import Tasker

/// Promise 18 in the state machine.
@Suite struct SchedulerKeyTests {
    @Test func promise18ReplaceStartsWhenTheOldBodyHasEnded() {
        var fixture = MachineFixture()
        _ = fixture.submit(1, policy: .replace)
        #expect(fixture.submit(2, policy: .replace) == [.cancelBody(1, .keyReplaced)])
        #expect(fixture.machine.newest(of: "key") == 2)
        let (end, actions) = fixture.end(1)
        #expect(end == .ends(.keyReplaced))
        #expect(actions == [.start(2)])
    }

    @Test func promise18ReplaceCancelsTheWaitingOnesToo() {
        var fixture = MachineFixture()
        _ = fixture.submit(1, policy: .replace)
        _ = fixture.submit(2, policy: .enqueue)
        _ = fixture.submit(3, policy: .enqueue)
        let actions = fixture.submit(4, policy: .replace)
        #expect(
            actions == [
                .cancelBody(1, .keyReplaced), .finish(2, .cancelled(.keyReplaced)),
                .finish(3, .cancelled(.keyReplaced)),
            ]
        )
        #expect(fixture.end(1).actions == [.start(4)])
    }

    @Test func promise18ReplaceWaitsForAnAbandonedBody() {
        var fixture = MachineFixture()
        _ = fixture.submit(1, policy: .replace, isAbandonable: true)
        let actions = fixture.submit(2, policy: .replace)
        #expect(actions == [.cancelBody(1, .keyReplaced), .finish(1, .cancelled(.keyReplaced))])
        #expect(fixture.end(1).actions == [.start(2)])
    }

    @Test func promise18KeepAnswersTheLiveOne() {
        var fixture = MachineFixture()
        _ = fixture.submit(1, policy: .replace)
        var request = TaskRequest(id: MachineFixture.id(2), kind: .thread)
        (request.key, request.keyPolicy) = ("key", .keep)
        let (submission, actions) = fixture.machine.submit(request, 2, at: fixture.now)
        guard case .kept(let kept) = submission else {
            Issue.record("Nothing was kept.")
            return
        }
        #expect(kept == 1)
        #expect(actions == [])
        #expect(!fixture.contains(2))
    }

    @Test func promise18KeepDoesNotKeepWhatIsToEnd() {
        var fixture = MachineFixture()
        _ = fixture.submit(1, policy: .replace)
        _ = fixture.cancel(1)
        #expect(fixture.submit(2, policy: .keep) == [])
        #expect(fixture.end(1).actions == [.start(2)])
    }

    @Test func aTaskThatIsReportedIsNotTheNewestOfItsKey() {
        var fixture = MachineFixture()
        _ = fixture.submit(1, policy: .replace, isAbandonable: true)
        _ = fixture.submit(2, policy: .replace)
        #expect(fixture.machine.newest(of: "key") == 2)
        _ = fixture.cancel(2)
        #expect(fixture.machine.newest(of: "key") == nil)
        #expect(fixture.end(1).end == .wasAbandoned)
    }

    @Test func promise18EnqueueKeepsTheOrder() {
        var fixture = MachineFixture()
        for number in UInt64(1)...3 { _ = fixture.submit(number, policy: .enqueue) }
        #expect(fixture.end(1).actions == [.start(2)])
        #expect(fixture.cancel(3).changed)
        _ = fixture.submit(4, policy: .enqueue)
        #expect(fixture.end(2).actions == [.start(4)])
        #expect(fixture.end(4).actions == [])
        #expect(fixture.machine.newest(of: "key") == nil)
    }

    @Test func promise18ALineThatManyLeaveKeepsTheOrderOfTheRest() {
        var fixture = MachineFixture()
        for number in UInt64(1)...1000 { _ = fixture.submit(number, policy: .enqueue) }
        for number in UInt64(2)...1000 where number % 50 != 0 { _ = fixture.cancel(number) }
        var running: UInt64 = 1
        for next in stride(from: UInt64(50), through: 1000, by: 50) {
            #expect(fixture.end(running).actions == [.start(next)])
            running = next
        }
        #expect(fixture.end(running).actions == [])
        #expect(fixture.machine.leftover == nil)
    }

    @Test func promise18RejectFailsTheNewOneOnly() {
        var fixture = MachineFixture()
        _ = fixture.submit(1, policy: .replace)
        #expect(fixture.submit(2, policy: .reject) == [.finish(2, .keyInUse)])
        #expect(fixture.machine.newest(of: "key") == 1)
        #expect(fixture.end(1).end == .ends(nil))
        #expect(fixture.submit(3, policy: .reject) == [.start(3)])
    }

    @Test func cancellingAKeyCancelsEveryTaskOfIt() {
        var fixture = MachineFixture()
        for number in UInt64(1)...3 { _ = fixture.submit(number, policy: .enqueue) }
        let (count, actions) = fixture.machine.cancel(key: "key", reason: .user, at: fixture.now)
        #expect(count == 3)
        #expect(
            actions == [
                .cancelBody(1, .user), .finish(2, .cancelled(.user)), .finish(3, .cancelled(.user)),
            ]
        )
        #expect(fixture.machine.cancel(key: "other", reason: .user, at: fixture.now).count == 0)
    }
}

extension MachineFixture {
    /// Submits a task with the one key of these tests.
    fileprivate mutating func submit(
        _ number: UInt64,
        policy: KeyPolicy,
        isAbandonable: Bool = false
    ) -> [Machine.Action] {
        submit(number) { request in
            request.key = "key"
            request.keyPolicy = policy
            request.isAbandonable = isAbandonable
        }
    }
}
