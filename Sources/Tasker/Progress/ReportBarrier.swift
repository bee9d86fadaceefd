import CTaskerGLib
import Dispatch
import Synchronization

/// The order between a report and its sampling, at the cost of the samplings.
///
/// A report stores its value and then looks whether it is listed; a sampling takes it off the list and then reads its value. If either
/// did its second step before the other saw its first, a last value would be lost. A locked instruction in each report keeps the order, and
/// was most of what a report cost. membarrier(2) lets every thread of the process pass a barrier instead, once for all that a
/// drain samples: a fifth of a microsecond. It orders a report and a sampling, not two reports.
enum ReportBarrier {
    private enum Stage {
        static let unknown: UInt8 = 0
        static let requested: UInt8 = 1
        /// It was granted, and then failed, such as for a filter of the application's.
        static let refused: UInt8 = 2
        static let granted: UInt8 = 3
        static let inUse: UInt8 = 4
    }

    private static let stage = Atomic(Stage.unknown)

    /// Whether reports can do without a barrier of their own; any thread.
    ///
    /// Never in a worker, where more than one thread samples.
    static var isInUse: Bool {
        stage.load(ordering: .acquiring) == Stage.inUse
    }

    /// Asks the system for it, once; any thread.
    ///
    /// In the background, because the kernel waits for all cores: 10 ms where there are other threads.
    static func request() {
        guard stage.load(ordering: .relaxed) == Stage.unknown,
            stage.exchange(Stage.requested, ordering: .relaxed) == Stage.unknown
        else {
            return
        }
        DispatchQueue.global(qos: .utility).async {
            if tasker_register_barrier() { stage.store(Stage.granted, ordering: .releasing) }
        }
    }

    /// Comes between taking reports off the list and reading them.
    ///
    /// On the main thread, which alone samples and so alone decides when reports begin to rely on it.
    ///
    /// - Returns: Whether reports are in order; if not, the same are to be sampled once more.
    @MainActor
    static func pass() -> Bool {
        let stage = stage.load(ordering: .acquiring)
        guard stage >= Stage.granted else { return true }
        // Whoever sees it sees what was taken off the list before.
        if stage == Stage.granted { self.stage.store(Stage.inUse, ordering: .releasing) }
        if tasker_pass_barrier() { return true }
        self.stage.store(Stage.refused, ordering: .releasing)
        return false
    }
}
