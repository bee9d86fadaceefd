/// A line of the scoreboard: one of the figures that a measure's contenders give.
struct Score: Sendable {
    let figure: String
    let unit: String
    /// Whose figure ours is divided by, if anybody's.
    var rival: String?
    /// The others' figure, if it has another name than ours.
    var against: String?
    var goal: Goal?

    /// What is to be reached.
    enum Goal: Sendable {
        case ratio(Double)
        case atMost(Double)
        case atLeast(Double)
    }
}
