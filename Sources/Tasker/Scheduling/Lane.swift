/// The tasks of one group: those that are ready, by kind, and those whose bodies have begun.
///
/// The tasks without a group have one of their own, without a limit.
struct Lane {
    let name: String?
    /// How many of its bodies may run at once; nil: no limit of its own.
    var limit: Int?
    var running = 0
    var isPaused = false
    /// How many tasks belong to it.
    var count = 0
    var queues = TaskKind.allCases.map { _ in IndexedHeap<StartRank>() }
    /// The slots of the tasks whose bodies have begun and not ended.
    var bodies: [TaskTable<Never>.Slot] = []

    init(name: String?) {
        self.name = name
    }

    var hasRoom: Bool {
        !isPaused && running < limit ?? .max
    }

    /// Whether nobody would notice if it were gone.
    var isSpare: Bool {
        name != nil && count == 0 && limit == nil && !isPaused
    }
}
