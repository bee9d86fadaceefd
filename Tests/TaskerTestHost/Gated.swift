import Glibc
import Tasker

/// Says that it runs, and as what, and then waits for a line in a named pipe.
struct Gated: ProcessTask {
    let path: String

    func run(_ context: ExecutionContext) async throws -> Int {
        try await context.sendEvent("begun", Int(getpid()))
        return Self.wait(at: path)
    }

    static func wait(at path: String) -> Int {
        let gate = Glibc.open(path, O_RDONLY)
        var byte: UInt8 = 0
        defer { close(gate) }
        return read(gate, &byte, 1)
    }

    /// Lets who waits go on.
    static func open(_ path: String) {
        let gate = Glibc.open(path, O_WRONLY)
        write(gate, "x", 1)
        close(gate)
    }
}
