import Glibc

/// Estimates from a task's progress how long it goes on, and how fast it is.
///
/// A value without a clock: it is told the work time, which is the time since the start without pauses, and so stands still
/// in them. O(1) a sample, about 600 bytes.
///
/// Eight predictors run side by side, because no single one is right for work that is steady, slows, speeds up and comes in
/// bursts: time over fraction, speeds that forget the past to four degrees, and three continuations of a change of speed.
/// How well each one foretold what has happened by now decides its weight.
struct RemainingTimeEstimator {
    /// Before this much work time, and this part of the work, an estimate means nothing: both are few steps' noise.
    static let leastTime = Duration.milliseconds(500)
    static let leastFraction = 0.02

    private typealias Speeds = SIMD4<Double>
    private typealias Predictions = SIMD8<Double>

    /// What was known at one moment, to be compared with what came.
    private struct Check {
        var time = 0.0
        var fraction = 0.0
        var speeds = Speeds()
    }

    /// Where the reckoning began: work time, and fraction.
    private var origin: (time: Double, fraction: Double)?
    /// The first progress; what comes before it is mostly start-up, such as a scan for the total.
    private var first: (time: Double, fraction: Double)?
    /// The last sample.
    private var latest = 0.0
    private var reached = 0.0
    /// The last progress, relative to the first.
    private var time = 0.0
    private var fraction = 0.0
    private var steps = 0.0
    /// Sums of progress in which what is older counts less, each to its degree.
    private var sums = Speeds()
    private var recentSum = 0.0
    private var recentTime = 0.0
    private var checks = InlineArray<4, Check>(repeating: Check())
    private var checkCount = 0
    private var errors = Predictions()
    private var errorCount = 0.0
    /// When the work will be done, smoothed; relative to the first progress.
    private var end: Double?

    /// How fast the speeds forget: at the work time T, progress made at t counts (t/T) to this power.
    ///
    /// Powers and not half-lives, so that a second's work and a day's are treated alike. 0 is the mean.
    private static let powers = Speeds(0, 1.5, 4, 10)
    /// How much each predictor is believed before it has shown anything.
    private static let priors = Predictions(0.3, 1, 0.15, 0.15, 0.15, 0.01, 0.01, 0.01)

    // MARK: - Feeding

    /// Notes how far the work is.
    ///
    /// - Parameters:
    ///   - elapsed: The work time; one that is less than before counts as before.
    ///   - fraction: 0…1; nil: unknown. Unknown, or less than before, begins anew.
    mutating func sample(at elapsed: Duration, fraction: Double?) {
        guard let fraction, !fraction.isNaN else { return reset() }
        let value = min(max(fraction, 0), 1)
        if value < reached { reset() }
        latest = max(latest, Self.seconds(elapsed))
        let now = latest
        let isProgress = value > reached
        reached = value
        if origin == nil {
            origin = (now, value)
        } else if let first {
            advance(to: now - first.time, value - first.fraction)
        } else if isProgress {
            first = (now, value)
        }
    }

    /// Forgets everything: what comes is another reckoning.
    mutating func reset() {
        self = RemainingTimeEstimator()
    }

    private mutating func advance(to now: Double, _ done: Double) {
        let (step, progress) = (now - time, done - fraction)
        guard progress > 0 else { return }
        guard step > 0 else {
            // More in no time: as if it had been there before.
            first?.fraction += progress
            return
        }
        let ratio = time / now
        for index in Self.powers.indices {
            // The progress of a step is taken to have come evenly.
            let power = Self.powers[index]
            let kept = pow(ratio, power)
            let weight = power == 0 ? 1 : (now - time * kept) / ((power + 1) * step)
            sums[index] = sums[index] * kept + progress * weight
        }
        (time, fraction, steps) = (now, done, steps + 1)
        (recentSum, recentTime) = recent(after: step, progress)
        check()
        let remaining = predict()
        // Follows within a fifth of the time so far, and faster when there is little left.
        let follow = 1 - exp(-step / min(now / 5, max(remaining / 10, .leastNormalMagnitude)))
        end = end.map { $0 + follow * (now + remaining - $0) } ?? now + remaining
    }

    // MARK: - Asking

    /// How much work time is left, or nil while nothing is known that means something.
    ///
    /// Counts down between samples; when a sample is overdue it stands still until it comes.
    func remaining(at elapsed: Duration) -> Duration? {
        guard let origin, let first, let end else { return nil }
        guard reached < 1 else { return .zero }
        let now = Self.seconds(elapsed)
        guard now - origin.time >= Self.seconds(Self.leastTime), reached - origin.fraction >= Self.leastFraction
        else { return nil }
        let passed = min(max(now - first.time - time, 0), 3 * time / steps)
        // Never nothing while something is left.
        let seconds = max(end - time - passed, (1 - reached) * 0.02 * (first.time - origin.time + time))
        return .seconds(min(seconds, Self.longest))
    }

    /// How much of the whole is done in a second, as a moving average; nil before the second report.
    ///
    /// Over 5 seconds or 5 reports, whichever is longer, and a fifth of the work time at most.
    func throughput(at elapsed: Duration) -> Double? {
        guard let first, steps > 0 else { return nil }
        let (sum, time) = recent(after: max(Self.seconds(elapsed) - first.time - time, 0), 0)
        return sum / time
    }

    /// The sum of recent progress and the time it took, after `step` with `progress` more.
    private func recent(after step: Double, _ progress: Double) -> (sum: Double, time: Double) {
        guard step > 0 else { return (recentSum, recentTime) }
        let window = min((time + step) / 5, max(5, 5 * time / max(steps, 1)))
        let kept = exp(-step / window)
        return (recentSum * kept + progress * window * (1 - kept) / step, recentTime * kept + window * (1 - kept))
    }

    // MARK: - Predicting

    private var speeds: Speeds {
        sums * (Self.powers + 1) / time
    }

    /// The times that each predictor expects from `check` until `goal`.
    private func predictions(from check: Check, to goal: Double) -> Predictions {
        guard let origin, let first else { return Predictions() }
        let missing = goal - check.fraction
        var times = Predictions()
        times[0] =
            (check.time + first.time - origin.time) * missing
            / (check.fraction + first.fraction - origin.fraction)
        for index in Self.powers.indices {
            times[1 + index] = missing / check.speeds[index]
            // The fraction goes with a power of the time that fits the speed now and the mean speed.
            guard index > 0 else { continue }
            let power = min(max(check.speeds[index] * check.time / check.fraction, 0.4), 3)
            times[4 + index] = check.time * (pow(goal / check.fraction, 1 / power) - 1)
        }
        return times
    }

    /// Compares what was predicted at the last checks with the time it took, each time a good deal more is done.
    private mutating func check() {
        if checkCount > 0 {
            let last = checks[(checkCount - 1) % checks.count].fraction
            guard fraction >= min(1.15 * last, last + 0.1) else { return }
        }
        errors *= 0.8
        errorCount *= 0.8
        for index in 0..<min(checkCount, checks.count) {
            let check = checks[index]
            let actual = time - check.time
            guard actual > 0 else { continue }
            let times = predictions(from: check, to: fraction)
            for predictor in times.indices {
                let error = abs(log(max(times[predictor] / actual, 1e-9)))
                errors[predictor] += min(error, 3) * actual / time
            }
            errorCount += 1
        }
        checks[checkCount % checks.count] = Check(time: time, fraction: fraction, speeds: speeds)
        checkCount += 1
    }

    /// The time left: the predictors' mean, in proportions rather than seconds, so that one that sees the work standing
    /// still does not outweigh all others.
    private func predict() -> Double {
        guard let first else { return 0 }
        let longest = min(30 * time / fraction, Self.longest)
        let times = predictions(from: Check(time: time, fraction: fraction, speeds: speeds), to: 1 - first.fraction)
        var (sum, weights) = (0.0, 0.0)
        for predictor in times.indices {
            let error = (errors[predictor] + 0.13) / (errorCount + 1)
            // The power makes the best few count and lets the mean of all speeds lead while all do equally well.
            let weight = Self.priors[predictor] / pow(error, 8)
            sum += weight * log(min(max(times[predictor], 0.001 * time), longest))
            weights += weight
        }
        return exp(sum / weights)
    }

    // MARK: - Seconds

    /// A million years: far from what a Duration cannot hold.
    private static let longest = 3e13

    private static func seconds(_ duration: Duration) -> Double {
        min(max(duration / .seconds(1), 0), longest)
    }
}
