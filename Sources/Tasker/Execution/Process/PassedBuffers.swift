import CTaskerGLib
import GLibMainLoop

/// The shared buffers of one encoded value, which travel beside it.
final class PassedBuffers: Sendable {
    /// Where encoders and decoders find it.
    static let key: CodingUserInfoKey = {
        guard let key = CodingUserInfoKey(rawValue: "tasker.sharedBuffers") else {
            preconditionFailure("The key of shared buffers has no name.")
        }
        return key
    }()
    /// A quarter of what the kernel passes at once.
    static let limit = Int(tasker_descriptor_limit)

    private let state: Lock<[SharedMemory]>

    init(_ memories: [SharedMemory] = []) {
        state = Lock(memories)
    }

    var all: [SharedMemory] {
        state.withLock { $0 }
    }

    var count: Int {
        state.withLock(\.count)
    }

    subscript(index: Int) -> SharedMemory? {
        state.withLock { $0.indices.contains(index) ? $0[index] : nil }
    }

    /// - Returns: Its place; the same one each time.
    /// - Throws: ``TaskerError/Code/encodingFailed`` when there are too many.
    func add(_ memory: SharedMemory) throws(TaskerError) -> Int {
        let index = state.withLock { memories -> Int? in
            if let index = memories.firstIndex(where: { $0 === memory }) { return index }
            guard memories.count < Self.limit else { return nil }
            memories.append(memory)
            return memories.count - 1
        }
        guard let index else {
            throw TaskerError(
                .encodingFailed,
                "A value has more than \(Self.limit) shared buffers; put several things into one of them."
            )
        }
        return index
    }
}
