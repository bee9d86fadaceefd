import Glibc
import Tasker

/// Takes memory, writes to all of it and keeps it; tells in which process.
struct Hoarding: ProcessTask {
    let bytes: Int

    /// Kept where the compiler cannot see that nobody reads it.
    // One task at a time runs in a worker.
    nonisolated(unsafe) static var hoard: [UnsafeMutableRawPointer] = []

    func run(_ context: ExecutionContext) throws -> pid_t {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
        memset(memory, 1, bytes)
        Self.hoard.append(memory)
        return getpid()
    }
}
