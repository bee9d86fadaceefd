import Glibc
import Tasker

/// A troublemaker: takes more and more memory, up to the limit that it was given.
struct Hog: ProcessTask {
    /// In bytes.
    static let limit = 256_000_000

    /// Where the compiler does not see that nobody reads it.
    // One task at a time runs in a worker.
    nonisolated(unsafe) private static var hoard: [UnsafeMutableRawPointer] = []

    func run(_ context: ExecutionContext) async throws -> NoValue {
        let piece = 8_000_000
        // It would end by itself, but it does not come so far.
        try context.setTotal(2 * Self.limit, unit: .bytes)
        for taken in stride(from: piece, through: 2 * Self.limit, by: piece) {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: piece, alignment: 16)
            // What nobody has written to takes no room.
            memset(memory, 1, piece)
            Self.hoard.append(memory)
            context.setProgress(taken)
            try await Task.sleep(for: .milliseconds(50))
        }
        return NoValue()
    }
}
