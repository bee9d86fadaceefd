import Dispatch

extension ExecutionContext {
    /// A place where the body may stand still: returns at once unless the task is paused, and when it goes on if it is.
    ///
    /// An atomic read or two when it is not. A body that stands still gives its slot back, and has one again when this returns.
    /// In a worker it only looks for a cancel: the whole process is stopped from outside.
    ///
    /// - Throws: `CancellationError` if the task was asked to end, before or while it stood still.
    @available(*, noasync, message: "in an async body, await checkpoint")
    public func checkpoint() throws {
        while try standsStill() {
            let goOn = DispatchSemaphore(value: 0)
            cell.standStill { goOn.signal() }
            goOn.wait()
        }
    }

    /// A place where the body may stand still: returns at once unless the task is paused, and when it goes on if it is.
    ///
    /// An atomic read or two when it is not. A body that stands still gives its slot back, and has one again when this returns.
    ///
    /// - Throws: `CancellationError` if the task was asked to end, before or while it stood still.
    public func checkpoint() async throws {
        while try standsStill() {
            await withCheckedContinuation { continuation in
                cell.standStill { continuation.resume() }
            }
        }
    }

    private func standsStill() throws -> Bool {
        try checkCancellation()
        return cell.isPauseRequested && cell.reachCheckpoint()
    }
}
