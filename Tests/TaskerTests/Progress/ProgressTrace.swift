import Foundation
import Testing

@testable import Tasker

/// How far some work was at each moment, and how well its end can be told from that.
struct ProgressTrace: Sendable, CustomTestStringConvertible {
    struct Sample: Sendable {
        /// Seconds since the start.
        let wall: Double
        /// The same without pauses.
        let work: Double
        let fraction: Double
    }

    /// Errors of the remaining time, in parts of the whole work time.
    struct Verdict {
        let estimate: Double
        /// Of time over fraction, at the same samples.
        let naive: Double
        /// The part of the work time for which there was no estimate.
        let hidden: Double
    }

    let name: String
    let samples: [Sample]

    var testDescription: String {
        name
    }

    /// The traces beside this file, by name.
    static let recorded: [ProgressTrace] = {
        let files = Bundle.module.urls(forResourcesWithExtension: "txt", subdirectory: "Traces") ?? []
        return files.compactMap { ProgressTrace(file: $0 as URL) }.sorted { $0.name < $1.name }
    }()

    init(name: String, samples: [Sample]) {
        self.name = name
        self.samples = samples
    }

    private init?(file: URL) {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
        name = file.deletingPathExtension().lastPathComponent
        samples = text.split(separator: "\n").compactMap { line in
            let numbers = line.split(separator: " ").compactMap { Double($0) }
            return numbers.count == 3 ? Sample(wall: numbers[0], work: numbers[1], fraction: numbers[2]) : nil
        }
    }

    /// Feeds the trace to an estimator; nil if that never had an estimate.
    func judge() -> Verdict? {
        guard let total = samples.last?.work else { return nil }
        var estimator = RemainingTimeEstimator()
        var (count, estimate, naive, hidden, last) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for sample in samples {
            estimator.sample(at: .seconds(sample.work), fraction: sample.fraction)
            guard sample.fraction < 1 else { continue }
            defer { last = sample.work }
            guard let remaining = estimator.remaining(at: .seconds(sample.work)) else {
                hidden += sample.work - last
                continue
            }
            let truth = total - sample.work
            count += 1
            estimate += abs(remaining / .seconds(1) - truth)
            naive += abs(sample.wall * (1 - sample.fraction) / sample.fraction - truth)
        }
        guard count > 0 else { return nil }
        return Verdict(estimate: estimate / count / total, naive: naive / count / total, hidden: hidden / total)
    }
}
