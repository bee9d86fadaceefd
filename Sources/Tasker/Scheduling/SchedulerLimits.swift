/// How many bodies may run at once, and how many tasks may wait.
struct SchedulerLimits {
    var all: Int
    var byKind: [Int]
    /// nil: any number.
    var pending: Int?

    /// - Parameters: Each at least 1, whatever is given; nil: any number.
    init(all: Int? = nil, pending: Int? = nil, of kind: (TaskKind) -> Int = { _ in .max }) {
        self.all = max(1, all ?? .max)
        self.pending = pending.map { max(1, $0) }
        byKind = TaskKind.allCases.map { max(1, kind($0)) }
    }
}
