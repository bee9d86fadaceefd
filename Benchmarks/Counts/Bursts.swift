import GLibMainLoop
import Tasker

/// Tasks in bursts, for a manager that runs one task at a time: main submits all of a burst while the one task is held,
/// they all run while main stands still, and main sees their ends while the task behind them is held.
///
/// So it is the same each time what wakes main up and how much it finds then.
@MainActor
final class Bursts {
    /// Few, so that main has seen all of them before its share of a frame is over, also where each instruction is counted.
    nonisolated static let size = 16

    private let handover = Handover()
    private var ended = 0

    /// - Parameters:
    ///   - count: How many tasks there are, apart from those that hold.
    ///   - submit: Submits one that does nothing, with the second argument to be called at its end.
    ///   - hold: Submits one with the first argument as its body, which starts when no other waits, and the second to be called
    ///     at its end.
    func run(
        _ count: Int,
        submit: (_ index: Int, _ whenDone: @escaping @MainActor @Sendable () -> Void) -> Void,
        hold: (_ body: @escaping @Sendable () -> Void, _ whenDone: @escaping @MainActor @Sendable () -> Void) -> Void
    ) {
        func submitHolder() {
            hold({ [handover] in handover.stop() }, { self.ended += 1 })
        }
        submitHolder()
        handover.awaitStop()
        for end in stride(from: Self.size, through: count, by: Self.size) {
            for index in end - Self.size..<end { submit(index) { self.ended += 1 } }
            submitHolder()
            handover.goOn()
            handover.awaitStop()
            // Theirs, and that of each task that has held.
            MainContext.default.iterate { ended == end + end / Self.size }
        }
        handover.goOn()
        MainContext.default.iterate { ended == count + count / Self.size + 1 }
    }
}
