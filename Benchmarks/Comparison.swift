/// Figures of several columns, each the median of runs that took turns in one process.
struct Comparison: CustomStringConvertible {
    /// A figure that a run of a column gives.
    struct Figure {
        /// What it is and its unit, the same in each column.
        let name: String
        let value: Double
    }

    /// One of the things that are compared.
    struct Column {
        let name: String
        let run: @MainActor () -> [Figure]
    }

    private let columns: [String]
    /// The names of the figures, each with a median for each column.
    private let rows: [(name: String, medians: [Double])]

    /// Runs the columns in turn, again and again; a first turn, which warms up, does not count.
    @MainActor
    init(runs: Int, _ columns: [Column]) {
        var samples: [String: [[Double]]] = [:]
        var names: [String] = []
        for run in 0...runs {
            for (index, column) in columns.enumerated() {
                for figure in column.run() where run > 0 {
                    if samples[figure.name] == nil { names.append(figure.name) }
                    samples[figure.name, default: columns.map { _ in [] }][index].append(figure.value)
                }
            }
        }
        self.columns = columns.map(\.name)
        rows = names.map { name in (name, samples[name, default: []].map { $0.sorted()[$0.count / 2] }) }
    }

    var description: String {
        let ratios = columns.dropFirst().map { "\($0) ÷ \(columns[0])" }
        var table = [[""] + columns + ratios]
        for (name, medians) in rows {
            table.append([name] + (medians + medians.dropFirst().map { $0 / medians[0] }).map(Self.text))
        }
        let widths = table[0].indices.map { column in table.map { $0[column].count }.max() ?? 0 }
        return table.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }
            return "  " + cells.joined(separator: "   ") + "\n"
        }.joined()
    }

    private static func text(_ value: Double) -> String {
        value < 100 ? "\((value * 100).rounded() / 100)" : "\(Int(value.rounded()))"
    }
}
