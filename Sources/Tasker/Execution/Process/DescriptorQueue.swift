import DequeModule
import Glibc

/// Descriptors that came through a connection and are still to be taken by the frames with which they came.
///
/// The kernel gives them no later than the first byte of their frame, and in order.
final class DescriptorQueue: @unchecked Sendable {
    // `@unchecked`: used by the one thread that reads the connection.
    private var descriptors: Deque<Int32> = []
    /// Whether some have been lost, so that nobody knows any more whose the others are.
    private var isTruncated = false

    /// More are not waited for: a frame has come before those of the next one have.
    private static let limit = 2 * PassedBuffers.limit

    /// Takes descriptors over.
    ///
    /// - Parameter isTruncated: Whether others were lost.
    func append(_ new: [Int32], isTruncated: Bool = false) {
        descriptors += new
        if isTruncated || descriptors.count > Self.limit { self.isTruncated = true }
        if self.isTruncated { closeAll() }
    }

    private func closeAll() {
        for descriptor in descriptors { close(descriptor) }
        descriptors = []
    }

    /// The buffers of a frame.
    ///
    /// - Throws: ``TaskerError/Code/sharedBufferUnavailable``, also when they have not come.
    func take(_ count: Int) throws(TaskerError) -> PassedBuffers? {
        guard count > 0 else { return nil }
        guard !isTruncated, descriptors.count >= count else {
            throw TaskerError(
                .sharedBufferUnavailable,
                "Not all of \(count) shared buffers have come; each needs a descriptor, and there may be none left."
            )
        }
        let taken = descriptors.prefix(count)
        descriptors.removeFirst(count)
        var buffers: [SharedMemory] = []
        var failure: TaskerError?
        // All are taken over, so that each is closed.
        for descriptor in taken {
            do throws(TaskerError) {
                buffers.append(try SharedMemory(adopting: descriptor))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return PassedBuffers(buffers)
    }

    deinit {
        closeAll()
    }
}
