import Foundation
import TestSupport

/// Work of one shape and random length, noise, start-up, steps and pauses.
struct RandomProgressTrace {
    enum Shape: CaseIterable {
        case steady, slowing, bursty, paused, warmUp, speedingUp
    }

    private var generator: SeededGenerator
    private static let moments = 4000

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func next(_ shape: Shape) -> ProgressTrace {
        let total = exp(random(log(5), log(600)))
        let done = course(of: shape)
        let steps = [0, 0, 50, 300, 3000].randomElement(using: &generator) ?? 0
        var pauses: [(at: Double, length: Double)] = []
        if shape == .paused {
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                pauses.append((random(0.1, 0.9) * total, random(0.1, 1) * total))
            }
        }
        func sample(_ work: Double, _ fraction: Double) -> ProgressTrace.Sample {
            let paused = pauses.filter { $0.at <= work }.map(\.length).reduce(0, +)
            return .init(wall: work + paused, work: work, fraction: fraction)
        }
        var (samples, work): ([ProgressTrace.Sample], Double) = ([], 0)
        while work < total {
            var fraction = done[min(Int(work / total * Double(Self.moments)), Self.moments)]
            if steps > 0 { fraction = floor(fraction * Double(steps) + 1e-9) / Double(steps) }
            samples.append(sample(work, fraction))
            work += total / 400 * ([0.2, 0.5, 1, 1, 2].randomElement(using: &generator) ?? 1)
        }
        samples.append(sample(total, 1))
        return ProgressTrace(name: "\(shape)", samples: samples)
    }

    /// The fraction done at each moment.
    private mutating func course(of shape: Shape) -> [Double] {
        let noise = shape == .bursty ? 1.2 : random(0.05, 0.4)
        let (memory, steepness, isGradual) = (random(0, 0.99), random(1, 4), Bool.random(using: &generator))
        let (start, warm) = (max(0, random(-0.025, 0.06)), random(0.1, 0.4))
        var (done, deviation) = ([0.0], 0.0)
        for moment in 0..<Self.moments {
            let time = Double(moment) / Double(Self.moments)
            var speed =
                switch shape {
                case .steady, .bursty, .paused: 1.0
                case .slowing: isGradual ? 0.1 + 0.9 * pow(1 - time, steepness) : 1 / (time + 0.01).squareRoot()
                case .warmUp: min(1, 0.05 + time / warm)
                case .speedingUp: 0.1 + pow(time, steepness)
                }
            deviation = memory * deviation + (1 - memory * memory).squareRoot() * noise * normal()
            speed *= exp(deviation)
            done.append((done.last ?? 0) + (time < start ? 0 : speed))
        }
        let all = done.last ?? 1
        return done.map { $0 / all }
    }

    private mutating func random(_ low: Double, _ high: Double) -> Double {
        Double.random(in: low...high, using: &generator)
    }

    private mutating func normal() -> Double {
        (-2 * log(random(1e-12, 1))).squareRoot() * cos(random(0, 2 * .pi))
    }
}
