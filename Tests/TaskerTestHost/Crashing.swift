import Glibc
import Tasker

/// Ends its worker process in one of the ways processes end.
struct Crashing: ProcessTask {
    enum Way: String, Codable, CaseIterable {
        case trap
        case fatal
        case exit
        case success
        case kill
        case overflow
        case abort
        case hangUp
    }

    let way: Way

    func run(_ context: ExecutionContext) async throws -> Int {
        Report.complain("last words of \(way.rawValue)")
        switch way {
        case .trap: return [1, 2, 3][CommandLine.arguments.count + 10]
        case .fatal: fatalError("out of paper")
        case .exit: Glibc.exit(23)
        case .success: Glibc.exit(0)
        case .kill: Glibc.kill(getpid(), SIGKILL)
        case .overflow: return Self.depth(of: getpid())
        case .abort: Glibc.abort()
        case .hangUp:
            // Closing would not do: the connection's reader holds it open.
            for descriptor in Int32(3)..<256 { shutdown(descriptor, Int32(SHUT_WR)) }
            while true { pause() }
        }
        return 0
    }

    @inline(never)
    private static func depth(of number: Int32) -> Int {
        // Never true, but the compiler does not know.
        guard number != 0 else { return 0 }
        var frame = [number, number + 1]
        frame[Int(number & 1)] += 1
        // More work after the call, so that it is no tail call.
        return depth(of: max(1, frame[Int(number & 1)])) + frame.count
    }
}
