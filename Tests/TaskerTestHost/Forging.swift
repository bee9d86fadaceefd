import Glibc
import Tasker

/// Writes a frame of its own making to the connection, says so, and waits for a line in a named pipe.
struct Forging: ProcessTask {
    struct Frame: Codable {
        let kind: UInt8
        let run: UInt64
        var payload: [UInt8] = []

        /// The progress of a run.
        static func progress(_ fraction: Double, run: UInt64) -> Frame {
            Frame(kind: 65, run: run, payload: withUnsafeBytes(of: fraction.bitPattern.littleEndian) { Array($0) })
        }

        /// What a worker says that takes a task.
        static func ready(run: UInt64) -> Frame {
            Frame(kind: 64, run: run)
        }

        var bytes: [UInt8] {
            let length = withUnsafeBytes(of: UInt32(payload.count).littleEndian) { Array($0) }
            let run = withUnsafeBytes(of: run.littleEndian) { Array($0) }
            return length + [kind] + run + payload + [UInt8(ascii: "\n")]
        }
    }

    let frame: Frame
    let path: String

    func run(_ context: ExecutionContext) async throws -> Int {
        Self.write(frame.bytes)
        try await context.sendEvent("forged", frame.run)
        return Gated.wait(at: path)
    }

    /// Writes to every socket it has, which is the connection.
    static func write(_ bytes: [UInt8]) {
        for descriptor in Int32(3)..<256 {
            _ = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        }
    }
}
