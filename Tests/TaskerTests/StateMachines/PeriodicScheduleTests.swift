import TestSupport
import Testing

@testable import Tasker

@Suite struct PeriodicScheduleTests {
    private var schedule = PeriodicSchedule(first: .seconds(100), interval: .seconds(10))

    /// Runs iterations, each as long as told, and says when they began.
    private func begins(
        _ policy: OverrunPolicy,
        from start: Duration = .zero,
        _ iterations: [Duration]
    ) -> [Duration] {
        var schedule = schedule
        var now = start
        return iterations.map { length in
            now = max(now, schedule.next(after: now, policy: policy))
            schedule.begin(at: now)
            defer { now += length }
            return now
        }
    }

    @Test(arguments: [OverrunPolicy.skip, .runLate]) func nothingDrifts(policy: OverrunPolicy) {
        let begins = begins(policy, Array(repeating: .milliseconds(3333), count: 1000))
        #expect(begins == (0..<1000).map { .seconds(100 + 10 * $0) })
    }

    @Test func skipLeavesOutWhatWasMissed() {
        #expect(
            begins(.skip, [.seconds(25), .zero, .seconds(9.9), .zero])
                == [.seconds(100), .seconds(130), .seconds(140), .seconds(150)]
        )
    }

    // Two times were missed, 110 and 120; 130 comes as if nothing had happened.
    @Test func runLateRunsOneAtOnceAndGoesBackToTheGrid() {
        #expect(
            begins(.runLate, [.seconds(25), .zero, .seconds(1), .zero])
                == [.seconds(100), .seconds(125), .seconds(130), .seconds(140)]
        )
    }

    @Test func anIterationThatEndsOnTheGridHasMissedThatTime() {
        #expect(begins(.skip, [.seconds(10), .zero]) == [.seconds(100), .seconds(120)])
        #expect(begins(.runLate, [.seconds(10), .zero, .zero]) == [.seconds(100), .seconds(110), .seconds(120)])
    }

    @Test(arguments: [OverrunPolicy.skip, .runLate]) func theFirstIsNeverLeftOut(policy: OverrunPolicy) {
        #expect(begins(policy, from: .seconds(137), [.zero, .zero]) == [.seconds(137), .seconds(140)])
        #expect(begins(policy, from: .seconds(100), [.zero, .zero]) == [.seconds(100), .seconds(110)])
    }

    // The timer was set for 110 and fires a day later.
    @Test(arguments: [OverrunPolicy.skip, .runLate]) func aSuspendedMachineFindsOneIterationDue(policy: OverrunPolicy) {
        var schedule = schedule
        #expect(schedule.next(after: .zero, policy: policy) == .seconds(100))
        schedule.begin(at: .seconds(100))
        #expect(schedule.next(after: .seconds(101), policy: policy) == .seconds(110))
        let day = Duration.seconds(86_400)
        schedule.begin(at: day + .seconds(113))
        #expect(schedule.next(after: day + .seconds(114), policy: policy) == day + .seconds(120))
    }

    @Test func aMachineThatWasSuspendedDuringAnIterationFindsOneIterationDue() {
        let day = Duration.seconds(86_400)
        #expect(begins(.skip, [day, .zero, .zero]) == [.seconds(100), day + .seconds(110), day + .seconds(120)])
        #expect(begins(.runLate, [day, .zero, .zero]) == [.seconds(100), day + .seconds(100), day + .seconds(110)])
    }

    @Test func aTimerThatFiresEarlyDoesNotGiveTheSameIterationTwice() {
        var schedule = schedule
        _ = schedule.next(after: .zero, policy: .skip)
        schedule.begin(at: .seconds(99.999))
        #expect(schedule.next(after: .seconds(99.9999), policy: .skip) == .seconds(110))
    }

    @Test func askingAgainAfterAPauseTellsTheNextOneFromThere() {
        var schedule = schedule
        _ = schedule.next(after: .zero, policy: .skip)
        schedule.begin(at: .seconds(100))
        for now in [102, 105, 109] { #expect(schedule.next(after: .seconds(now), policy: .skip) == .seconds(110)) }
        #expect(schedule.next(after: .seconds(125), policy: .skip) == .seconds(130))
        #expect(schedule.next(after: .seconds(125), policy: .runLate) == .seconds(125))
        schedule.begin(at: .seconds(125))
        #expect(schedule.next(after: .seconds(126), policy: .runLate) == .seconds(130))
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .nanoseconds(1), .seconds(Int64.min)])
    func anIntervalThatIsTooShortCountsAsAMillisecond(interval: Duration) {
        #expect(PeriodicSchedule(first: .zero, interval: interval).interval == .milliseconds(1))
    }

    @Test(arguments: [Duration.seconds(11 * 365 * 86_400), .seconds(Int64.max)])
    func anIntervalThatIsTooLongCountsAsTenYears(interval: Duration) {
        #expect(PeriodicSchedule(first: .zero, interval: interval).interval == .seconds(10 * 365 * 86_400))
    }

    @Test(arguments: [OverrunPolicy.skip, .runLate]) func absurdTimesNeitherTrapNorLieInThePast(policy: OverrunPolicy) {
        for first in [Duration.seconds(Int64.min), .seconds(-1), .seconds(Int64.max)] {
            for now in [Duration.seconds(Int64.min), .zero, .seconds(Int64.max)] {
                var schedule = PeriodicSchedule(first: first, interval: .milliseconds(1))
                for _ in 0..<3 {
                    #expect(schedule.next(after: now, policy: policy) >= min(now, .seconds(1 << 40)))
                    schedule.begin(at: now)
                }
            }
        }
    }

    /// Against a model that walks the grid point by point.
    @Test(arguments: [OverrunPolicy.skip, .runLate]) func whateverIterationsTakeTheyKeepToTheGrid(
        policy: OverrunPolicy
    ) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("PeriodicScheduleTests: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let interval = Duration.milliseconds(Int.random(in: 1...50, using: &random))
            let first = Duration.microseconds(Int.random(in: 0...100_000, using: &random))
            var schedule = PeriodicSchedule(first: first, interval: interval)
            var now = Duration.zero
            /// The first time of the grid that no iteration stands for.
            var missing = first
            for number in 0..<100 {
                let due = schedule.next(after: now, policy: policy)
                var expected = missing
                if missing <= now, number > 0, policy == .skip {
                    while expected <= now { expected += interval }
                }
                try #require(due == max(now, expected), "seed \(seed)")
                // Timers are late, and sometimes the machine is suspended.
                let isSuspended = Int.random(in: 0..<20, using: &random) == 0
                now = due + .microseconds(Int.random(in: 0..<(isSuspended ? 500_000 : 300), using: &random))
                schedule.begin(at: now)
                missing = expected
                while missing <= now { missing += interval }
                let isLong = Int.random(in: 0..<4, using: &random) == 0
                now += .microseconds(Int.random(in: 0..<(isLong ? 300_000 : 5000), using: &random))
            }
        }
    }
}
