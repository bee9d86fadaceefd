import TestSupport
import Testing

@testable import Tasker

@Suite struct DurationHistogramTests {
    private func histogram(_ durations: some Sequence<Duration>) -> DurationHistogram {
        var histogram = DurationHistogram()
        for duration in durations { histogram.record(duration) }
        return histogram
    }

    @Test func nothingRecordedIsNoDuration() {
        let histogram = DurationHistogram()
        #expect(histogram.count == 0)
        #expect(histogram.percentile(0.5) == nil)
        #expect(histogram.median == nil)
        #expect(histogram.minimum == nil)
        #expect(histogram.maximum == nil)
    }

    @Test func oneDurationIsEveryPercentile() {
        let histogram = histogram([.milliseconds(1234)])
        for fraction in [0, 0.01, 0.5, 0.99, 1] { #expect(histogram.percentile(fraction) == .milliseconds(1234)) }
        #expect(histogram.minimum == .milliseconds(1234))
        #expect(histogram.maximum == .milliseconds(1234))
    }

    @Test func shortDurationsAreExact() {
        let histogram = histogram((1...16).map { .nanoseconds($0) }.shuffled())
        for rank in 1...16 { #expect(histogram.percentile(Double(rank) / 16) == .nanoseconds(rank)) }
        #expect(histogram.median == .nanoseconds(8))
    }

    // 0.07 · 100 is a little more than 7 in a double.
    @Test func aWholeRankIsNotRoundedUp() {
        let histogram = histogram((1...100).map { .nanoseconds($0 <= 7 ? 1 : 15) })
        #expect(histogram.percentile(0.07) == .nanoseconds(1))
        #expect(histogram.percentile(0.071) == .nanoseconds(15))
    }

    @Test(arguments: [-1, -Double.infinity, 0, -0.0]) func aFractionBelowIsTheShortest(fraction: Double) {
        let histogram = histogram((1...1000).map { .milliseconds($0) })
        #expect(histogram.percentile(fraction) == .milliseconds(1))
    }

    @Test(arguments: [1, 1.5, Double.infinity]) func aFractionAboveIsTheLongest(fraction: Double) {
        let histogram = histogram((1...1000).map { .milliseconds($0) })
        #expect(histogram.percentile(fraction) == .seconds(1))
    }

    @Test func noNumberIsNoPercentile() {
        #expect(histogram([.seconds(1)]).percentile(.nan) == nil)
    }

    @Test func absurdDurationsCountAsTheNearestSensibleOne() {
        let histogram = histogram([.seconds(-5), .seconds(Int64.min), .seconds(Int64.max), .zero])
        #expect(histogram.count == 4)
        #expect(histogram.minimum == .zero)
        #expect(histogram.median == .zero)
        #expect(histogram.maximum == .seconds(10 * 365 * 86_400))
    }

    // Every power of two with its neighbours, each between two others, so that nothing is clamped to the ends.
    @Test func theErrorIsAtMostOneIn32AtEveryBucketsEdge() throws {
        for exponent in 0..<58 {
            for value in [1 << exponent, (1 << exponent) + 1, (2 << exponent) - 1] {
                let histogram = histogram([.zero, .nanoseconds(value), .seconds(10 * 365 * 86_400)])
                let median = try #require(histogram.median)
                #expect(abs(median / .nanoseconds(value) - 1) <= 1 / 32.0, "\(value) ns")
            }
        }
    }

    @Test(arguments: 0..<20) func theErrorIsAtMostOneIn32(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        // Uniform in the logarithm: from nanoseconds to years.
        let durations = (0..<2000).map { _ in
            let shift = Int64.random(in: 6...62, using: &random)
            return Duration.nanoseconds(Int64.random(in: 0...Int64.max >> shift, using: &random))
        }
        let sorted = durations.sorted()
        let histogram = histogram(durations)
        for rank in 1...2000 {
            let found = try #require(histogram.percentile(Double(rank) / 2000))
            let error = abs((found - sorted[rank - 1]) / .nanoseconds(1))
            try #require(error <= sorted[rank - 1] / .nanoseconds(1) / 32, "seed \(seed), rank \(rank)")
        }
        #expect(histogram.minimum == sorted.first)
        #expect(histogram.maximum == sorted.last)
    }

    @Test func percentilesNeverFall() throws {
        var random = SeededGenerator(seed: 1)
        let histogram = histogram((0..<500).map { _ in .nanoseconds(UInt64.random(in: 0..<1 << 40, using: &random)) })
        let percentiles = try (0...1000).map { try #require(histogram.percentile(Double($0) / 1000)) }
        #expect(percentiles == percentiles.sorted())
    }

    @Test func aCopyStaysAsItIs() {
        var histogram = histogram([.seconds(1)])
        let kept = histogram
        histogram.record(.seconds(100))
        #expect(kept.count == 1)
        #expect(kept.maximum == .seconds(1))
        #expect(histogram.count == 2)
    }
}
