/// What the contenders of a measure gave in rounds in which they took turns, so that each round compares under one load.
struct Contest {
    private let measure: Measure
    private let names: [String]
    /// Of each figure, for each contender and round; nil where there is none.
    private let samples: [String: [[Double?]]]

    /// Runs the rounds; one before them, which warms up, does not count.
    @MainActor
    init(_ measure: Measure, runs: Int, seed: UInt64) {
        self.measure = measure
        let contenders = measure.contenders(seed)
        names = contenders.map(\.name)
        var samples: [String: [[Double?]]] = [:]
        for run in 0...runs {
            for (index, contender) in contenders.enumerated() {
                for figure in contender.run() ?? [] where run > 0 {
                    let nothing = contenders.map { _ in [Double?](repeating: nil, count: runs) }
                    samples[figure.name, default: nothing][index][run - 1] = figure.value
                }
            }
        }
        self.samples = samples
    }

    /// The lines of the scoreboard.
    var entries: [Entry] {
        measure.scores.map { score in
            let own = values(score.figure, of: 0)
            // Who is there and has no such figure is not absent.
            let others = names.indices.dropFirst()
                .map { (name: names[$0], values: values(score.against ?? score.figure, of: $0), isThere: isThere($0)) }
                .filter { !$0.isThere || $0.values.contains { $0 != nil } }
            let rival = others.first { $0.name == score.rival }?.values
            // Of the rounds, not of the medians: what slows a round down slows down both.
            let ratios = rival.map {
                zip(own, $0).compactMap { own, rival in own.flatMap { own in rival.map { own / $0 } } }
            }
            let known = own.compactMap { $0 }
            return Entry(
                measure: measure.scores.count > 1 ? "\(measure.name): \(score.figure)" : measure.name,
                title: measure.title,
                summary: measure.summary,
                unit: score.unit,
                ours: Self.median(known),
                spread: Self.spread(ratios?.isEmpty == false ? ratios ?? [] : known),
                peers: Dictionary(
                    uniqueKeysWithValues: others.map { ($0.name, Self.median($0.values.compactMap { $0 })) }
                ),
                rival: score.rival,
                ratio: ratios.flatMap(Self.median),
                goal: score.goal
            )
        }
    }

    /// Whether a contender gave anything at all.
    private func isThere(_ index: Int) -> Bool {
        samples.values.contains { $0[index].contains { $0 != nil } }
    }

    private func values(_ figure: String, of index: Int) -> [Double?] {
        samples[figure]?[index] ?? []
    }

    private static func median(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.sorted()[values.count / 2]
    }

    /// How far the quarters are apart, as a part of the median.
    private static func spread(_ values: [Double]) -> Double? {
        guard let median = median(values), median != 0 else { return nil }
        let sorted = values.sorted()
        return (sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]) / median
    }
}
