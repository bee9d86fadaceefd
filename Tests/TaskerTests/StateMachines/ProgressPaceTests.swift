import Testing

@testable import Tasker

@Suite struct ProgressPaceTests {
    private let start = ContinuousClock.now
    private let interval = Duration.milliseconds(16)

    private func delay(_ pace: ProgressPace, at offset: Duration) -> Duration {
        pace.delay { start + offset }
    }

    @Test func theFirstWaitsForNothingAndNobodyLooksAtAClock() {
        let pace = ProgressPace(interval: interval)
        let delay = pace.delay {
            Issue.record("The clock was read.")
            return start
        }
        #expect(delay == .zero)
    }

    @Test func whatCostsLittleIsPublishedEachInterval() {
        var pace = ProgressPace(interval: interval)
        pace.begin(at: start)
        let isLonger = pace.add(.milliseconds(5), isLast: true, at: start + .milliseconds(5))
        #expect(!isLonger)
        #expect(delay(pace, at: .milliseconds(5)) == .milliseconds(11))
        #expect(delay(pace, at: .milliseconds(40)) == .zero)
    }

    @Test func whatTakesLongRestsTwiceAsLong() {
        var pace = ProgressPace(interval: interval)
        pace.begin(at: start)
        // In parts, between which frames are drawn.
        var isLonger = pace.add(.milliseconds(4), isLast: false, at: start + .milliseconds(4))
        #expect(!isLonger)
        isLonger = pace.add(.milliseconds(4), isLast: false, at: start + .milliseconds(20))
        #expect(!isLonger)
        isLonger = pace.add(.milliseconds(2), isLast: true, at: start + .milliseconds(30))
        #expect(isLonger)
        #expect(delay(pace, at: .milliseconds(30)) == .milliseconds(20))
    }

    @Test func whatTakesVeryLongRestsNoLongerThanATenthOfASecond() {
        var pace = ProgressPace(interval: interval)
        pace.begin(at: start)
        _ = pace.add(.seconds(5), isLast: true, at: start + .seconds(5))
        #expect(delay(pace, at: .seconds(5)) == .milliseconds(100))
    }

    @Test func whatIsNoProgressCostsItNothing() {
        var pace = ProgressPace(interval: interval)
        let isLonger = pace.add(.seconds(1), isLast: true, at: start)
        #expect(!isLonger)
        #expect(delay(pace, at: .zero) == .zero)
    }

    @Test func oneThatBeginsBeforeTheLastHasEndedIsTheSame() {
        var pace = ProgressPace(interval: interval)
        pace.begin(at: start)
        _ = pace.add(.milliseconds(10), isLast: false, at: start + .milliseconds(10))
        // Somebody wanted it at once.
        pace.begin(at: start + .milliseconds(11))
        let isLonger = pace.add(.milliseconds(10), isLast: true, at: start + .milliseconds(21))
        #expect(isLonger)
        #expect(delay(pace, at: .milliseconds(21)) == .milliseconds(40))
    }
}
