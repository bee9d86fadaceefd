import CTaskerGLib
import Glibc

/// A piece of memory with a descriptor, by which another process gets it.
///
/// Its size never changes, because it is sealed before anybody else has it: a reader of memory that was cut off would get SIGBUS.
final class SharedMemory: @unchecked Sendable {
    // `@unchecked`: constants; what is in the memory is the business of those who have it.

    let descriptor: Int32
    let bytes: UnsafeMutableRawBufferPointer

    var byteCount: Int {
        bytes.count
    }

    /// Makes memory of zeros.
    convenience init(byteCount: Int) throws(TaskerError) {
        guard byteCount >= 0 else {
            throw TaskerError(.sharedBufferUnavailable, "A shared buffer cannot have \(byteCount) bytes.")
        }
        // A larger one than the limit would end the process with SIGXFSZ.
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0, limit.rlim_cur < UInt64(byteCount) {
            errno = EFBIG
            throw Self.failure(byteCount)
        }
        let descriptor = tasker_memfd("tasker")
        guard descriptor >= 0 else { throw Self.failure(byteCount) }
        guard ftruncate(descriptor, byteCount) == 0, tasker_seal_size(descriptor) == 0 else {
            let error = Self.failure(byteCount)
            close(descriptor)
            throw error
        }
        try self.init(adopting: descriptor)
    }

    /// Takes a descriptor over that another process may have made.
    ///
    /// - Throws: ``TaskerError/Code/sharedBufferUnavailable``, also when it is no memory, or none of a fixed size; the descriptor is
    ///   closed then.
    init(adopting descriptor: Int32) throws(TaskerError) {
        var information = stat()
        guard tasker_has_fixed_size(descriptor) != 0, fstat(descriptor, &information) == 0 else {
            close(descriptor)
            throw TaskerError(
                .sharedBufferUnavailable,
                "What was passed as a shared buffer is no memory of a fixed size."
            )
        }
        let byteCount = Int(information.st_size)
        self.descriptor = descriptor
        // No system maps nothing.
        guard byteCount > 0 else {
            bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
            return
        }
        let start = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let start, start != MAP_FAILED else {
            let error = Self.failure(byteCount)
            close(descriptor)
            throw error
        }
        bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
    }

    deinit {
        if let start = bytes.baseAddress { munmap(start, byteCount) }
        close(descriptor)
    }

    private static func failure(_ byteCount: Int) -> TaskerError {
        TaskerError(
            .sharedBufferUnavailable,
            "The system gave no shared buffer of \(byteCount) bytes: \(String(cString: strerror(errno)))."
        )
    }
}
