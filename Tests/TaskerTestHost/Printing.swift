import Glibc
import Tasker

/// Prints to standard output and reads standard input, which were the connection's.
struct Printing: ProcessTask {
    func run(_ context: ExecutionContext) async throws -> String {
        for _ in 0..<100 { print("\u{1}\u{0}garbage on standard output") }
        let raw: [UInt8] = [0xFF, 0xFE, 0, 10]
        _ = raw.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
        return readLine() ?? "nothing to read"
    }
}
