import Foundation
import Testing

@testable import Tasker

/// How well the remaining time is told, beside time over fraction.
@Suite struct RemainingTimeAccuracyTests {
    @Test(arguments: ProgressTrace.recorded)
    func theErrorOnARecordedTraceIsLowerThanThatOfTimeOverFraction(_ trace: ProgressTrace) throws {
        let verdict = try #require(trace.judge())
        let (estimate, naive) = (percent(verdict.estimate), percent(verdict.naive))
        print("\(trace.name): error \(estimate), naive \(naive), hidden \(percent(verdict.hidden))")
        #expect(verdict.estimate < verdict.naive)
        #expect(verdict.hidden < 0.15)
    }

    @Test func everyRecordedTraceIsThere() {
        let names = Set(ProgressTrace.recorded.map(\.name))
        for shape in ["steady", "slowing", "bursty", "paused", "warm-up", "speeding-up"] {
            #expect(names.contains { $0.hasPrefix(shape) }, "\(shape)")
        }
        #expect(ProgressTrace.recorded.allSatisfy { $0.samples.count > 100 && $0.samples.last?.fraction == 1 })
    }

    @Test func theErrorOnRandomTracesOfEachShapeIsLowerOnAverage() {
        // Always the same: an average of fifty may by chance be a worse one.
        let seed: UInt64 = 20_260_101
        var traces = RandomProgressTrace(seed: seed)
        for shape in RandomProgressTrace.Shape.allCases {
            let verdicts = (0..<50).compactMap { _ in traces.next(shape).judge() }
            let count = Double(verdicts.count)
            let estimate = verdicts.map(\.estimate).reduce(0, +) / count
            let naive = verdicts.map(\.naive).reduce(0, +) / count
            let hidden = verdicts.map(\.hidden).reduce(0, +) / count
            let errors = "error \(percent(estimate)), naive \(percent(naive)), hidden \(percent(hidden))"
            print("\(shape), seed \(seed): \(errors)")
            #expect(count >= 45)
            #expect(estimate < naive, "\(shape), seed \(seed)")
            #expect(hidden < 0.15, "\(shape), seed \(seed)")
        }
    }

    private func percent(_ part: Double) -> String {
        String(format: "%.1f %%", 100 * part)
    }
}
