import Glibc
import Tasker

/// Writes what is no frame to every socket it has, which is the connection.
struct Vandal: ProcessTask {
    func run(_ context: ExecutionContext) async throws -> Int {
        let garbage = Array("this is no frame at all, however it is read\n".utf8)
        for descriptor in Int32(3)..<256 {
            _ = garbage.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        }
        while true { pause() }
    }
}
