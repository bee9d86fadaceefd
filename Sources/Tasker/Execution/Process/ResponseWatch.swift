/// Decides from looks at a worker, one a tick, whether it still answers.
///
/// Pure. A worker is asked when it was silent for a whole tick, and given up when nothing came for three more: so a machine that
/// was suspended, of whose absence a tick is the first to hear, costs it one of them and not all.
struct ResponseWatch {
    /// How many ticks a worker is given from when it is asked.
    static let patience = 3

    /// What is seen of a worker that has a task and could answer.
    struct Sight: Equatable {
        let run: WorkerRunID
        /// How many bytes have come from it.
        let heard: Int
        /// How much it has still to read.
        let unread: Int
    }

    enum Verdict: Equatable {
        case wait
        case ask
        case giveUp
    }

    private var last: Sight?
    private var silentTicks = 0

    /// - Parameter sight: nil: it has no task, or may not answer, or nobody could hear it.
    mutating func look(_ sight: Sight?) -> Verdict {
        defer { last = sight }
        guard let sight, let last, sight.run == last.run, sight.heard == last.heard, sight.unread >= last.unread else {
            silentTicks = 0
            return .wait
        }
        silentTicks += 1
        switch silentTicks {
        case 1: return .ask
        case Self.patience + 1: return .giveUp
        default: return .wait
        }
    }
}
