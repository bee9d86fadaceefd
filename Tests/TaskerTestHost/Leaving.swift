import Dispatch
import Synchronization
import Tasker

/// Leaves a thread behind that waits for its event to be handled; the next one in the same process tells what became of that.
struct Leaving: ProcessTask {
    /// Whether the thread sends its event when the task has ended.
    let isLate: Bool

    private static let released = DispatchSemaphore(value: 0)
    private static let late = DispatchSemaphore(value: 0)
    private static let wasCancelled = Atomic<Bool>(false)

    func run(_ context: ExecutionContext) throws -> Int {
        DispatchQueue(label: "left behind").async { [isLate] in
            if isLate { Self.late.wait() }
            do { try context.sendEventAndWait("left behind") } catch {
                Self.wasCancelled.store(error is CancellationError, ordering: .relaxed)
            }
            Self.released.signal()
        }
        return 0
    }

    /// Waits for the thread of the task before, and says whether it was told to end.
    struct Sequel: ProcessTask {
        let isLate: Bool

        func run(_ context: ExecutionContext) -> Bool {
            if isLate { Leaving.late.signal() }
            Leaving.released.wait()
            return Leaving.wasCancelled.exchange(false, ordering: .relaxed)
        }
    }
}
