import Testing

@testable import Tasker

/// A pool of workers that are nothing but numbers.
private final class PoolFixture {
    typealias Action = WorkerPoolStateMachine.Action

    private(set) var now = Uptime.zero

    var pool: WorkerPoolStateMachine

    init(_ change: (inout WorkerPoolStateMachine.Limits) -> Void = { _ in }) {
        var limits = WorkerPoolStateMachine.Limits()
        change(&limits)
        pool = WorkerPoolStateMachine(limits: limits)
    }

    func task(_ number: Int) -> WorkerRunID { WorkerRunID(rawValue: UInt64(number)) }
    func worker(_ number: Int) -> WorkerID { WorkerID(rawValue: UInt64(number)) }

    func submit(_ number: Int, type: String = "type") -> [Action] {
        pool.submit(task(number), type: type, at: now)
    }

    func ready(_ number: Int, isExpected: Bool = false, retires: Bool = false) -> [Action] {
        pool.isReady(worker(number), isExpected: isExpected, retires: retires, at: now)
    }

    func ended(_ number: Int, hasBegun: Bool = true, isExpected: Bool = false) -> [Action] {
        pool.hasEnded(
            worker(number),
            mayRepeat: !hasBegun && !isExpected,
            isCrash: hasBegun && !isExpected,
            at: now
        ).actions
    }

    func pass(_ duration: Duration) -> [Action] {
        now = now + duration
        return pool.passTime(to: now)
    }

    func notStarted(_ number: Int) -> [Action] { pool.hasNotStarted(worker(number), at: now) }
    func withdraw(_ number: Int) -> Bool { pool.withdraw(task(number)) }
    func prewarm(_ count: Int, limit: Int = 100) -> [Action] { pool.prewarm(count, limit: limit, at: now) }
    func retireAll() -> [Action] { pool.retireAll(at: now) }

    /// Lets a task run in a new worker of that number, and ends both.
    func crash(_ number: Int, type: String = "type") {
        _ = submit(number, type: type)
        _ = ready(number)
        _ = ended(number)
    }
}

@Suite struct WorkerPoolStateMachineTests {
    @Test func aTaskGetsAWorkerThatIsStartedForItAndTheNextTaskTheSame() {
        let own = PoolFixture()
        #expect(own.submit(1) == [.launch(own.worker(1))])
        #expect(own.ready(1) == [.assign(own.task(1), own.worker(1))])
        #expect(own.ready(1) == [])
        #expect(own.pool.idleCount == 1)
        #expect(own.submit(2) == [.assign(own.task(2), own.worker(1))])
    }

    @Test func theWorkerThatWorkedLastWorksNext() {
        let own = PoolFixture()
        for number in 1...3 { _ = own.submit(number) }
        for number in 1...3 { _ = own.ready(number) }
        for number in [2, 3, 1] { _ = own.ready(number) }
        #expect(own.submit(4) == [.assign(own.task(4), own.worker(1))])
        #expect(own.submit(5) == [.assign(own.task(5), own.worker(3))])
    }

    @Test func whoIsIdleForTooLongIsLetGoTheLongestIdleFirst() {
        let own = PoolFixture { $0.idleTime = .seconds(10) }
        for number in 1...2 { _ = own.submit(number) }
        for number in 1...2 { _ = own.ready(number) }
        #expect(own.pool.nextTimer == .never)
        _ = own.ready(1)
        _ = own.pass(.seconds(4))
        _ = own.ready(2)
        #expect(own.pool.nextTimer - own.now == .seconds(6))
        #expect(own.pass(.seconds(6)) == [.retire(own.worker(1))])
        #expect(own.pass(.seconds(4)) == [.retire(own.worker(2))])
        #expect(own.ended(1) == [])
        #expect(own.ended(2) == [])
        #expect(own.pool.workerCount == 0)
        #expect(own.pool.nextTimer == .never)
    }

    @Test func withoutIdleTimeEachTaskHasAWorkerOfItsOwn() {
        let own = PoolFixture { $0.idleTime = .zero }
        _ = own.submit(1)
        _ = own.ready(1)
        _ = own.submit(2)
        #expect(own.ready(1) == [.retire(own.worker(1))])
        #expect(own.ready(2) == [.assign(own.task(2), own.worker(2))])
        // One that nobody needs after all.
        _ = own.submit(3)
        #expect(own.withdraw(3))
        #expect(own.ready(3) == [])
        #expect(own.pass(.zero) == [.retire(own.worker(3))])
    }

    @Test func aWornWorkerIsLetGo() {
        let own = PoolFixture { $0.tasksPerWorker = 2 }
        _ = own.submit(1)
        _ = own.ready(1)
        #expect(own.ready(1) == [])
        #expect(own.submit(2) == [.assign(own.task(2), own.worker(1))])
        #expect(own.ready(1) == [.retire(own.worker(1))])
        #expect(own.submit(3) == [.launch(own.worker(2))])
    }

    @Test func aTaskThatHasNotBegunGoesOnInAnotherWorkerAFewTimes() {
        let own = PoolFixture()
        _ = own.submit(1)
        for number in 1...2 {
            #expect(own.ready(number) == [.assign(own.task(1), own.worker(number))])
            let (goesOn, actions) = own.pool.hasEnded(own.worker(number), mayRepeat: true, isCrash: false, at: own.now)
            #expect(goesOn)
            #expect(actions == [.launch(own.worker(number + 1))])
        }
        _ = own.ready(3)
        let (goesOn, actions) = own.pool.hasEnded(own.worker(3), mayRepeat: true, isCrash: false, at: own.now)
        #expect(!goesOn)
        #expect(actions == [])
    }

    @Test func aTaskThatGoesOnElsewhereComesBeforeThoseThatWait() {
        let own = PoolFixture()
        _ = own.submit(1)
        _ = own.ready(1)
        _ = own.submit(2)
        #expect(own.ended(1, hasBegun: false) == [.launch(own.worker(3))])
        #expect(own.ready(2) == [.assign(own.task(1), own.worker(2))])
        #expect(own.ready(3) == [.assign(own.task(2), own.worker(3))])
    }

    @Test func startsThatFailAreFurtherAndFurtherApartAndThenFailTheTasks() {
        let own = PoolFixture()
        _ = own.submit(1)
        #expect(own.ended(1) == [])
        #expect(own.pool.nextTimer - own.now == .milliseconds(100))
        #expect(own.pass(.milliseconds(99)) == [])
        #expect(own.pass(.milliseconds(1)) == [.launch(own.worker(2))])
        #expect(own.ended(2) == [])
        #expect(own.pool.nextTimer - own.now == .milliseconds(200))
        #expect(own.submit(2) == [])
        #expect(own.pass(.milliseconds(200)) == [.launch(own.worker(3)), .launch(own.worker(4))])
        #expect(own.ended(3) == [])
        #expect(own.ended(4) == [.failStart(own.task(1)), .failStart(own.task(2))])
        #expect(own.pool.nextTimer == .never)
        #expect(own.submit(3) == [])
        #expect(own.pool.nextTimer - own.now == .milliseconds(800))
        #expect(own.pass(.milliseconds(800)) == [.launch(own.worker(5))])
        #expect(own.ready(5) == [.assign(own.task(3), own.worker(5))])
        #expect(own.submit(4) == [.launch(own.worker(6))])
    }

    @Test func aWorkerThatTheSystemDoesNotGiveFailsOneTask() {
        let own = PoolFixture()
        for number in 1...2 { _ = own.submit(number) }
        #expect(own.notStarted(1) == [.failStart(own.task(1))])
        #expect(own.notStarted(1) == [])
        #expect(own.ready(2) == [.assign(own.task(2), own.worker(2))])
        #expect(own.prewarm(1) == [.launch(own.worker(3))])
        #expect(own.notStarted(3) == [])
        #expect(own.submit(3) == [.launch(own.worker(4))])
    }

    @Test func aWorkerThatIsNeverReadyIsGivenUpAndCountsAsAFailedStart() {
        let own = PoolFixture { ($0.startTime, $0.failedStarts) = (.seconds(30), 2) }
        _ = own.submit(1)
        #expect(own.withdraw(1))
        // It waits for the same worker.
        #expect(own.submit(2) == [])
        #expect(own.pool.nextTimer - own.now == .seconds(30))
        #expect(own.pass(.seconds(30)) == [.retire(own.worker(1))])
        #expect(own.pass(.milliseconds(100)) == [.launch(own.worker(2))])
        #expect(own.ready(1) == [])
        #expect(own.ended(1) == [])
        #expect(own.pass(.seconds(30)) == [.retire(own.worker(2)), .failStart(own.task(2))])
    }

    @Test func aTypeThatEndsItsWorkersIsRefusedForSomeTime() {
        let own = PoolFixture()
        for number in 1...5 { own.crash(number) }
        #expect(own.submit(6) == [.refuse(own.task(6), crashes: 5)])
        #expect(own.submit(7, type: "another") == [.launch(own.worker(6))])
        _ = own.pass(.seconds(10))
        #expect(own.submit(8) == [.launch(own.worker(7))])
        _ = own.ready(6)
        _ = own.ready(7)
        _ = own.ended(7)
        #expect(own.submit(9) == [.refuse(own.task(9), crashes: 6)])
    }

    @Test func oneSuccessOfATypeMakesUpForItsCrashes() {
        let own = PoolFixture()
        for number in 1...4 { own.crash(number) }
        _ = own.submit(5)
        _ = own.ready(5)
        _ = own.ready(5)
        for number in 6...9 {
            #expect(own.submit(number) == [.assign(own.task(number), own.worker(number - 1))])
            #expect(own.ended(number - 1) == [])
            _ = own.submit(100 + number)
            _ = own.ready(number)
            _ = own.ready(number)
        }
    }

    @Test func aTaskThatWasMadeToEndDoesNotMakeUpForCrashesOfItsType() {
        let own = PoolFixture()
        for number in 1...5 {
            own.crash(2 * number - 1)
            _ = own.submit(100 + number)
            _ = own.ready(2 * number)
            _ = own.ready(2 * number, isExpected: true, retires: true)
        }
        #expect(own.submit(6) == [.refuse(own.task(6), crashes: 5)])
    }

    @Test func aWorkerThatIsMadeToEndSaysNothingOfItsTask() {
        let own = PoolFixture()
        for number in 1...9 {
            #expect(own.submit(number) == [.launch(own.worker(number))])
            _ = own.ready(number)
            #expect(own.ended(number, isExpected: true) == [])
        }
    }

    @Test func whatMayHaveBegunIsNotRepeatedAndIsNoCrashOfItsType() {
        let own = PoolFixture()
        for number in 1...9 {
            _ = own.submit(number)
            _ = own.ready(number)
            let (goesOn, actions) = own.pool.hasEnded(
                own.worker(number),
                mayRepeat: false,
                isCrash: false,
                at: own.now
            )
            #expect(!goesOn)
            #expect(actions == [])
        }
        #expect(own.submit(10) == [.launch(own.worker(10))])
    }

    @Test func whatIsWithdrawnIsNotAssigned() {
        let own = PoolFixture()
        _ = own.submit(1)
        #expect(own.withdraw(1))
        #expect(!own.withdraw(1))
        #expect(own.ready(1) == [])
        #expect(own.submit(2) == [.assign(own.task(2), own.worker(1))])
        #expect(!own.withdraw(2))
    }

    @Test func prewarmingStartsWhatIsMissing() {
        let own = PoolFixture()
        #expect(own.prewarm(2) == [.launch(own.worker(1)), .launch(own.worker(2))])
        #expect(own.prewarm(2) == [])
        _ = own.ready(1)
        #expect(own.prewarm(3) == [.launch(own.worker(3))])
        #expect(own.submit(1) == [.assign(own.task(1), own.worker(1))])
        #expect(own.submit(2) == [])
        #expect(own.ready(2) == [.assign(own.task(2), own.worker(2))])
        #expect(own.prewarm(.max, limit: 4) == [.launch(own.worker(4))])
        #expect(own.prewarm(.min) == [])
    }

    @Test func lettingAllGoLosesNoTask() {
        let own = PoolFixture()
        for number in 1...2 { _ = own.submit(number) }
        for number in 1...2 { _ = own.ready(number) }
        _ = own.ready(2)
        _ = own.prewarm(2)
        #expect(own.retireAll() == [.retire(own.worker(2)), .retire(own.worker(3))])
        #expect(own.submit(3) == [.launch(own.worker(4))])
        #expect(own.ready(3) == [])
        #expect(own.ready(1) == [.retire(own.worker(1))])
        #expect(own.ready(4) == [.assign(own.task(3), own.worker(4))])
    }

    @Test(arguments: 0..<10) func whateverHappensEachTaskIsAnsweredAndNoWorkerHasTwo(seed: UInt64) {
        var walk = WorkerPoolWalk(seed: seed)
        for _ in 0..<1000 { walk.step() }
        walk.finish()
        #expect(walk.complaints == [])
        #expect(walk.answered.count == walk.submitted)
    }
}
