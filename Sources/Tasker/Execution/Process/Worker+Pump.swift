import GLibMainLoop
import Glibc

// What a worker sends; all of this on its pump's thread.
extension Worker {
    /// Nobody hears the worker while its pump is in here.
    func whileDeaf(_ body: () -> Void) {
        state.withLock { $0.isHandling = true }
        body()
        state.withLock { $0.isHandling = false }
    }

    func receiveErrors(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { $0.errors.append(bytes) }
        // The application's own standard error shows it as well, as it would from a thread.
        DescriptorIO.writeIfThereIsRoom(2, bytes)
    }

    func receive(_ bytes: UnsafeRawBufferPointer) {
        let received = Array(bytes)
        do {
            state.withLock { state in
                state.heard += received.count
                if state.violation == nil { received.withUnsafeBytes { state.decoder.append($0) } }
            }
            while let frame = try state.withLock({ state in
                state.violation == nil ? try state.decoder.next() : nil
            }) {
                try handle(frame)
            }
        } catch {
            let run = state.withLock { state in
                (state.violation, state.decoder) = (error, WorkerFrameDecoder())
                return state.run
            }
            run?.answer(.failure(error))
            child.signal(SIGKILL)
        }
    }

    func connectionEnded() {
        state.withLock { $0.isDrained = true }
        // It can no longer answer.
        child.signal(SIGKILL)
    }

    private func handle(_ frame: WorkerFrame) throws {
        // First, because also what is nobody's has taken its descriptors with it.
        let buffers = try descriptors.take(Int(frame.bufferCount))
        let (run, isReady) = state.withLock { ($0.run, $0.isReady) }
        // What comes late of a task before is nobody's.
        guard frame.run == run?.id.rawValue ?? 0 else { return }
        switch frame.kind {
        case .ready where !isReady:
            try checkVersion(frame)
            becomeReady(after: nil, isSpent: false)
        case .ready, .spent:
            guard let run, run.hasAnswer else {
                throw TaskerError(.protocolViolation, "The worker was ready before it had answered.")
            }
            becomeReady(after: run, isSpent: frame.kind == .spent)
        default:
            guard let run else {
                throw TaskerError(.protocolViolation, "The worker spoke of a task before it had one.")
            }
            try run.handle(frame, buffers)
        }
    }

    private func checkVersion(_ frame: WorkerFrame) throws {
        guard frame.payload != WorkerFrame.version else { return }
        throw TaskerError(
            .protocolViolation,
            "The worker was built with another version of the library than the application; build both anew, or start the application again if it was updated while it ran."
        )
    }

    private func becomeReady(after run: WorkerRun?, isSpent: Bool) {
        readErrors()
        state.withLock { ($0.isReady, $0.run) = (true, nil) }
        let isSignalled = run?.detach() ?? false
        let isOver = isSpent || isSignalled || state.withLock(\.isGivenUp)
        if isOver { child.signal(SIGKILL) }
        // First, so that a task that starts because this one has ended finds the worker.
        pool?.isReady(self, after: run, retires: isOver || run.map { $0.isLimited || isTooLarge } ?? false)
        run?.finish(.failure(CancellationError()))
    }

    /// Whether it keeps more memory than it may.
    private var isTooLarge: Bool {
        guard let limit = pool?.memoryLimit, let size = child.keptMemory else { return false }
        return size > limit
    }

    /// Reads what the task has left in the pipe, so that it is not taken for the next one's.
    private func readErrors() {
        guard let pipe = state.withLock(\.errorPipe) else { return }
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            for _ in 0..<16 {
                guard case .bytes(let count) = DescriptorIO.read(pipe, into: buffer) else { return }
                receiveErrors(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        }
    }
}
