import Glibc
import Tasker

/// Adds one to each byte of its buffers, in place, and results in a new one; sends an event with a third.
struct Sharing: ProcessTask {
    let buffers: [SharedBuffer]

    func run(_ context: ExecutionContext) throws -> SharedBuffer {
        for buffer in buffers {
            buffer.withUnsafeMutableBytes { bytes in
                for index in bytes.indices { bytes[index] &+= 1 }
            }
        }
        try context.sendEvent("buffer", try SharedBuffer([7, 8, 9]))
        return try SharedBuffer([UInt8](repeating: 42, count: 3))
    }
}

/// Results in many buffers.
struct Producing: ProcessTask {
    let count: Int

    func run(_ context: ExecutionContext) throws -> [SharedBuffer] {
        try (0..<count).map { _ in try SharedBuffer([1]) }
    }
}

/// Leaves its worker no descriptor.
struct DescriptorHoarder: ProcessTask {
    func run(_ context: ExecutionContext) -> NoValue {
        var limit = rlimit(rlim_cur: 64, rlim_max: 64)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        while open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0 {}
        return NoValue()
    }
}

/// Has a buffer, and dies with it unless another one has before.
struct DyingHolder: ProcessTask {
    let buffer: SharedBuffer

    func run(_ context: ExecutionContext) -> NoValue {
        let isFirst = buffer.withUnsafeMutableBytes { bytes in
            defer { bytes[0] = 5 }
            return bytes[0] == 0
        }
        if isFirst { kill(getpid(), SIGKILL) }
        return NoValue()
    }
}
