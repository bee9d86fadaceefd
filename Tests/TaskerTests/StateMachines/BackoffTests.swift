import TestSupport
import Testing

@testable import Tasker

@Suite struct BackoffTests {
    private let tenYears = Duration.seconds(10 * 365 * 86_400)
    private let absurd: [Int] = [.min, -1, 0, 1, 2, 63, 64, 1024, 1_000_000, .max - 1, .max]

    private func delays(_ backoff: Backoff, random: Double = 0) -> [Duration] {
        (1...6).map { backoff.delay(beforeRetry: $0, random: random) }
    }

    @Test func aConstantDelayStays() {
        #expect(delays(.constant(.milliseconds(300))) == Array(repeating: .milliseconds(300), count: 6))
        #expect(delays(.constant(.milliseconds(300)), random: 0.9) == Array(repeating: .milliseconds(300), count: 6))
    }

    @Test func aLinearDelayGrowsByItsStepUpToItsMaximum() {
        #expect(
            delays(.linear(.milliseconds(100), maximum: .milliseconds(450)))
                == [100, 200, 300, 400, 450, 450].map { .milliseconds($0) }
        )
        #expect(Backoff.linear(.seconds(50)).delay(beforeRetry: 2, random: 0) == .seconds(60))
    }

    @Test func anExponentialDelayGrowsByItsFactorUpToItsMaximum() {
        #expect(
            delays(.exponential(initial: .milliseconds(100), factor: 3, maximum: .seconds(8)))
                == [100, 300, 900, 2700, 8000, 8000].map { .milliseconds($0) }
        )
        #expect(delays(.exponential()) == [1, 2, 4, 8, 16, 32].map { .seconds($0) })
        #expect(Backoff.exponential().delay(beforeRetry: 7, random: 0) == .seconds(60))
    }

    @Test func jitterShortensByItsPartAtMost() {
        let backoff = Backoff.exponential(initial: .seconds(8), factor: 1, jitter: 0.5)
        #expect(backoff.delay(beforeRetry: 1, random: 0) == .seconds(8))
        #expect(backoff.delay(beforeRetry: 1, random: 0.5) == .seconds(6))
        #expect(backoff.delay(beforeRetry: 1, random: 1) == .seconds(4))
        let whole = Backoff.exponential(initial: .seconds(8), factor: 1, jitter: 1)
        #expect(whole.delay(beforeRetry: 1, random: 0.75) == .seconds(2))
        #expect(delays(.exponential(jitter: 0), random: 0.9) == delays(.exponential(jitter: 0), random: 0))
    }

    // Also at the maximum, where many tasks would otherwise meet again and again.
    @Test func jitterShortensTheMaximumToo() {
        #expect(Backoff.exponential().delay(beforeRetry: 1000, random: 0.5) == .seconds(45))
    }

    @Test(arguments: [0.5, 0, -1, -Double.infinity, .nan]) func aFactorBelowOneIsOne(factor: Double) {
        #expect(delays(.exponential(factor: factor, jitter: 0)) == delays(.constant(.seconds(1))))
    }

    @Test(arguments: [Double.infinity, .greatestFiniteMagnitude]) func aHugeFactorGoesToTheMaximumAtOnce(factor: Double)
    {
        let backoff = Backoff.exponential(factor: factor, jitter: 0)
        #expect(delays(backoff) == [.seconds(1)] + Array(repeating: .seconds(60), count: 5))
        #expect(delays(.exponential(initial: .zero, factor: factor)) == Array(repeating: .zero, count: 6))
    }

    @Test func aJitterOutsideIsTheNearest() {
        func delay(_ jitter: Double) -> Duration {
            Backoff.exponential(jitter: jitter).delay(beforeRetry: 1, random: 0.5)
        }
        for jitter in [-0.1, -Double.infinity, .nan] { #expect(delay(jitter) == .seconds(1)) }
        for jitter in [1.1, .infinity] { #expect(delay(jitter) == .milliseconds(500)) }
    }

    @Test func aRandomNumberOutsideIsTheNearest() {
        func delay(_ random: Double) -> Duration {
            Backoff.exponential(jitter: 0.5).delay(beforeRetry: 1, random: random)
        }
        for random in [-1, -Double.infinity, .nan] { #expect(delay(random) == .seconds(1)) }
        for random in [2, .infinity] { #expect(delay(random) == .milliseconds(500)) }
    }

    @Test func aNegativeDelayIsNone() {
        for backoff in [
            Backoff.constant(.seconds(-1)), .constant(.seconds(Int64.min)), .linear(.seconds(-1)),
            .linear(.seconds(1), maximum: .seconds(-1)), .exponential(initial: .seconds(-1)),
            .exponential(maximum: .seconds(Int64.min)), .constant(.zero),
        ] {
            for retry in absurd { #expect(backoff.delay(beforeRetry: retry, random: 0.3) == .zero) }
        }
    }

    @Test func noDelayIsLongerThanTenYears() {
        let forEver = Duration.seconds(Int64.max)
        for backoff in [
            Backoff.constant(forEver), .linear(forEver, maximum: forEver),
            .exponential(initial: forEver, maximum: forEver), .constant(tenYears),
        ] {
            for retry in absurd { #expect(backoff.delay(beforeRetry: retry, random: 0) == tenYears) }
        }
    }

    @Test func aRetryBeforeTheFirstIsTheFirst() {
        for retry in [Int.min, -1, 0] {
            #expect(Backoff.linear(.seconds(1)).delay(beforeRetry: retry, random: 0) == .seconds(1))
            #expect(Backoff.exponential().delay(beforeRetry: retry, random: 0) == .seconds(1))
        }
    }

    @Test func aFirstDelayAboveTheMaximumIsTheMaximum() {
        #expect(delays(.linear(.seconds(90))) == Array(repeating: .seconds(60), count: 6))
        #expect(delays(.exponential(initial: .seconds(90))) == Array(repeating: .seconds(60), count: 6))
    }

    @Test func whateverComesInTheDelayIsBetweenNothingAndTheMaximum() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("BackoffTests: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            let maximum = Duration.nanoseconds(Int64.random(in: 0...Int64.max >> 5, using: &random))
            // Uniform in the logarithm.
            let shift = Int64.random(in: 0...60, using: &random)
            let initial = Duration.nanoseconds(Int64(truncatingIfNeeded: random.next()) >> shift)
            let retry = 1 + Int.random(in: 0..<Int.max, using: &random) >> Int.random(in: 0...62, using: &random)
            for backoff in [
                Backoff.linear(initial, maximum: maximum),
                .exponential(
                    initial: initial,
                    factor: Double(bitPattern: random.next()),
                    maximum: maximum,
                    jitter: Double.random(in: -1...2, using: &random)
                ),
            ] {
                let delay = backoff.delay(beforeRetry: retry, random: Double.random(in: 0..<1, using: &random))
                try #require(
                    delay >= .zero && delay <= min(maximum, tenYears),
                    "seed \(seed), retry \(retry), \(backoff)"
                )
            }
        }
    }

    @Test func withoutChanceNoDelayIsShorterThanTheOneBefore() {
        for backoff in [Backoff.linear(.milliseconds(7)), .exponential(initial: .nanoseconds(3), factor: 1.01)] {
            let delays = (1...5000).map { backoff.delay(beforeRetry: $0, random: 0) }
            #expect(delays == delays.sorted())
            #expect(delays.last == .seconds(35) || delays.last == .seconds(60))
        }
    }
}
