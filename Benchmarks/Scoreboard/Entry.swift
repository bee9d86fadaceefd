/// A line of the scoreboard, as `--json` prints it.
struct Entry: Encodable {
    let measure: String
    let unit: String
    let ours: Double?
    /// How far the quarters of the rounds are apart, as a part of the median: of the ratio, or of our figure where there is none.
    let spread: Double?
    /// Who is not installed has none.
    let peers: [String: Double?]
    /// Whose figure the ratio is to.
    let rival: String?
    let ratio: Double?
    /// In words.
    let target: String?
    /// Nil where there is no target, or nobody to compare with.
    let met: Bool?

    init(
        measure: String,
        unit: String,
        ours: Double?,
        spread: Double?,
        peers: [String: Double?],
        rival: String?,
        ratio: Double?,
        goal: Score.Goal?
    ) {
        (self.measure, self.unit, self.ours, self.spread) = (measure, unit, ours, spread)
        (self.peers, self.rival, self.ratio) = (peers, rival, ratio)
        switch goal {
        case .ratio(let limit):
            target = "≤ \(FigureText.short(limit)) × \(rival ?? "")"
            met = ratio.map { $0 <= limit }
        case .atMost(let limit):
            target = "≤ \(FigureText.short(limit)) \(unit)"
            met = ours.map { $0 <= limit }
        case .atLeast(let limit):
            target = "≥ \(FigureText.short(limit)) \(unit)"
            met = ours.map { $0 >= limit }
        case nil: (target, met) = (nil, nil)
        }
    }
}
