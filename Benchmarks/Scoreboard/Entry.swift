/// A line of the scoreboard, as `--json` prints it.
struct Entry: Encodable {
    let measure: String
    /// Of the measure; its figures have one.
    let title: String
    let summary: String
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
    /// The number in the target: of the ratio where that names the rival, else of our figure.
    let limit: Double?
    /// Nil where there is no target, or nobody to compare with.
    let met: Bool?

    init(
        measure: String,
        title: String,
        summary: String,
        unit: String,
        ours: Double?,
        spread: Double?,
        peers: [String: Double?],
        rival: String?,
        ratio: Double?,
        goal: Score.Goal?
    ) {
        (self.measure, self.title, self.summary) = (measure, title, summary)
        (self.unit, self.ours, self.spread) = (unit, ours, spread)
        (self.peers, self.rival, self.ratio) = (peers, rival, ratio)
        switch goal {
        case .ratio(let limit):
            self.limit = limit
            target = "≤ \(FigureText.short(limit)) × \(rival ?? "")"
            met = ratio.map { $0 <= limit }
        case .atMost(let limit):
            self.limit = limit
            target = "≤ \(FigureText.short(limit)) \(unit)"
            met = ours.map { $0 <= limit }
        case .atLeast(let limit):
            self.limit = limit
            target = "≥ \(FigureText.short(limit)) \(unit)"
            met = ours.map { $0 >= limit }
        case nil: (limit, target, met) = (nil, nil, nil)
        }
    }
}
