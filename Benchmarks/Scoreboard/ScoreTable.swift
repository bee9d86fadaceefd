/// Lines of the scoreboard for people.
struct ScoreTable: CustomStringConvertible {
    let entries: [Entry]

    var description: String {
        let rows = [["", "ours", "±", "ratio", "target", "", "peers"]] + entries.map(Self.cells)
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return (1...3).contains(column) ? padding + cell : cell + padding
            }
            let line = cells.joined(separator: "  ")
            return "  " + line.prefix(line.count - line.reversed().prefix { $0 == " " }.count)
        }.joined(separator: "\n")
    }

    private static func cells(_ entry: Entry) -> [String] {
        let peers = entry.peers.sorted { $0.key < $1.key }.map { name, value in
            "\(name) \(value.map(FigureText.short) ?? "absent")"
        }
        return [
            "\(entry.measure), \(entry.unit)",
            entry.ours.map(FigureText.short) ?? "–",
            entry.spread.map { "\(FigureText.short(($0 * 100).rounded())) %" } ?? "",
            entry.ratio.map(FigureText.short) ?? "",
            entry.target ?? "",
            entry.met.map { $0 ? "met" : "NOT MET" } ?? "",
            peers.joined(separator: ", "),
        ]
    }
}
