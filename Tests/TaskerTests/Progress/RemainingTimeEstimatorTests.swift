import Glibc
import TestSupport
import Testing

@testable import Tasker

/// What is answered at the edges, and between samples.
@Suite struct RemainingTimeEstimatorTests {
    private var estimator = RemainingTimeEstimator()

    /// Steady work of `total` seconds until `fraction`, sampled 100 times a whole.
    private mutating func work(_ total: Double, until fraction: Double, from time: Double = 0) {
        for step in 0...100 where Double(step) / 100 <= fraction {
            estimator.sample(at: .seconds(time + total * Double(step) / 100), fraction: Double(step) / 100)
        }
    }

    private func remaining(at seconds: Double) -> Double? {
        estimator.remaining(at: .seconds(seconds)).map { $0 / .seconds(1) }
    }

    @Test mutating func nothingIsSaidBeforeThereIsEnoughTimeAndEnoughProgress() {
        #expect(remaining(at: 0) == nil)
        estimator.sample(at: .zero, fraction: 0)
        #expect(remaining(at: 100) == nil)
        estimator.sample(at: .seconds(100), fraction: 0.01)
        estimator.sample(at: .seconds(110), fraction: 0.015)
        #expect(remaining(at: 110) == nil)
        estimator.sample(at: .seconds(120), fraction: 0.02)
        #expect(remaining(at: 120) != nil)
        estimator.reset()
        work(0.4, until: 0.9)
        #expect(remaining(at: 0.36) == nil)
    }

    @Test mutating func steadyWorkIsToldRight() throws {
        work(100, until: 0.4)
        #expect(abs(try #require(remaining(at: 40)) - 60) < 1)
        #expect(abs(try #require(estimator.throughput(at: .seconds(40))) - 0.01) < 0.0005)
    }

    @Test mutating func itCountsDownBetweenSamples() throws {
        work(100, until: 0.5)
        let before = try #require(remaining(at: 50))
        #expect(abs(try #require(remaining(at: 51)) - (before - 1)) < 1e-6)
        #expect(abs(try #require(remaining(at: 52)) - (before - 2)) < 1e-6)
    }

    @Test mutating func itStandsStillWhileNothingComesForLongAndRisesAfterwards() throws {
        work(100, until: 0.5)
        let (soon, late) = (try #require(remaining(at: 60)), try #require(remaining(at: 1000)))
        #expect(soon == late)
        #expect(soon > 45)
        #expect(try #require(estimator.throughput(at: .seconds(1000))) < 0.0005)
        estimator.sample(at: .seconds(1000), fraction: 0.51)
        #expect(try #require(remaining(at: 1000)) > 100)
    }

    @Test mutating func aPauseOfTheWorkTimeChangesNothing() throws {
        work(100, until: 0.5)
        let before = remaining(at: 50)
        for _ in 0..<1000 { estimator.sample(at: .seconds(50), fraction: 0.5) }
        #expect(remaining(at: 50) == before)
    }

    @Test mutating func itDoesNotJump() throws {
        // Steps of which every tenth takes twenty times as long as the others.
        var (time, last): (Double, Double?) = (0, nil)
        for step in 0...1000 {
            estimator.sample(at: .seconds(time), fraction: Double(step) / 1000)
            let end = remaining(at: time).map { $0 + time }
            // From a tenth on, the end moves by a tenth of the whole at most.
            if step > 100, let last, let end, step < 1000 { #expect(abs(end - last) < 0.1 * max(end, last), "\(step)") }
            last = end
            time += step.isMultiple(of: 10) ? 2 : 0.1
        }
    }

    @Test mutating func unknownProgressHidesItAndBeginsAnew() throws {
        work(100, until: 0.5)
        estimator.sample(at: .seconds(50), fraction: nil)
        #expect(remaining(at: 50) == nil)
        #expect(estimator.throughput(at: .seconds(50)) == nil)
        work(10, until: 0.5, from: 60)
        #expect(abs(try #require(remaining(at: 65)) - 5) < 0.5)
    }

    @Test mutating func lessThanBeforeBeginsAnew() throws {
        work(100, until: 0.9)
        estimator.sample(at: .seconds(90), fraction: 0)
        #expect(remaining(at: 90) == nil)
        work(20, until: 0.5, from: 90)
        #expect(abs(try #require(remaining(at: 100)) - 10) < 0.5)
    }

    @Test mutating func whatBeganPartWayCountsFromThere() throws {
        for step in 50...75 { estimator.sample(at: .seconds(step), fraction: Double(step) / 100) }
        #expect(abs(try #require(remaining(at: 75)) - 25) < 0.5)
        // Begins anew at a half.
        for step in 50...75 { estimator.sample(at: .seconds(100 + step), fraction: Double(step) / 100) }
        #expect(abs(try #require(remaining(at: 175)) - 25) < 0.5)
    }

    @Test mutating func finishedWorkHasNothingLeft() {
        work(10, until: 1)
        #expect(remaining(at: 10) == 0)
        #expect(remaining(at: 11) == 0)
    }

    @Test mutating func workThatIsNearlyDoneNeverHasNothingLeft() throws {
        work(10, until: 0.99)
        #expect(try #require(remaining(at: 1000)) > 0)
    }

    @Test mutating func startUpDoesNotCount() throws {
        // A minute's scan before ten seconds of work.
        for second in 0...60 { estimator.sample(at: .seconds(second), fraction: 0) }
        for step in 1...50 { estimator.sample(at: .seconds(60 + Double(step) / 10), fraction: Double(step) / 100) }
        #expect(abs(try #require(remaining(at: 65)) - 5) < 1)
    }

    @Test mutating func noNumbersAndNoTimesBreakNothing() throws {
        let shortest = Duration(secondsComponent: 0, attosecondsComponent: 1)
        let odd: [Duration] = [.zero, shortest, .nanoseconds(1), .seconds(-5), .seconds(1e15), .seconds(Int64.max)]
        let times = odd + [.seconds(3), .seconds(4)]
        let fractions: [Double] = [0, 1e-300, 0.5, -1, 2, .infinity, -.infinity, 1e-9, 0.999_999_999]
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<20_000 {
            let (time, fraction) = (
                times.randomElement(using: &generator), fractions.randomElement(using: &generator)
            )
            estimator.sample(at: try #require(time), fraction: fraction)
            let asked = try #require(times.randomElement(using: &generator))
            if let left = estimator.remaining(at: asked) { #expect(left >= .zero && left < .seconds(1e14)) }
            if let speed = estimator.throughput(at: asked) { #expect(speed >= 0 && !speed.isNaN) }
        }
        estimator.sample(at: .seconds(1), fraction: .nan)
        #expect(remaining(at: 1) == nil)
    }

    @Test(arguments: [1e-9, 1e-3, 1, 1e6, 1e9])
    func secondsAndYearsAreTreatedAlike(_ scale: Double) throws {
        var estimator = RemainingTimeEstimator()
        // Slower and slower; half a second is the least at all.
        for step in 0...60 {
            let time = 1 + pow(Double(step), 2) * scale
            estimator.sample(at: .seconds(time), fraction: Double(step) / 100)
        }
        let left = estimator.remaining(at: .seconds(1 + 3600 * scale)).map { $0 / .seconds(scale) }
        if scale < 1e-3 {
            #expect(left == nil)
        } else {
            #expect((2500...7000).contains(try #require(left)))
        }
    }

    @Test func itsMemoryIsSmallAndFixed() {
        #expect(MemoryLayout<RemainingTimeEstimator>.size <= 512)
    }
}
