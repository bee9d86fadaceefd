import Glibc
import Tasker

/// Writes what is no frame to the connection.
struct Vandal: ProcessTask {
    func run(_ context: ExecutionContext) async throws -> Int {
        Forging.write(Array("this is no frame at all, however it is read\n".utf8))
        while true { pause() }
    }
}
