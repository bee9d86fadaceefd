import Glibc
import Tasker

/// Says that it runs, and as what, and then waits for a line in a named pipe.
struct Gated: ProcessTask {
    let path: String

    func run(_ context: ExecutionContext) async throws -> Int {
        try await context.sendEvent("begun", Int(getpid()))
        let gate = open(path, O_RDONLY)
        var byte: UInt8 = 0
        defer { close(gate) }
        return read(gate, &byte, 1)
    }
}
