import CTaskerGLib
import Glibc

/// SHA-256 of files by GLib's `GChecksum`, with one buffer for all of them.
///
/// For one thread at a time.
final class FileHash {
    private let checksum = g_checksum_new(G_CHECKSUM_SHA256)
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)

    deinit {
        g_checksum_free(checksum)
        buffer.deallocate()
    }

    /// - Parameter progress: Called with the number of bytes read so far, after each part; what it throws ends the work.
    /// - Returns: The sum in hexadecimal digits.
    /// - Throws: ``SystemFailure`` when the file cannot be read.
    func digest(of path: RawPath, progress: (Int) throws -> Void) throws -> String {
        // A pipe that took the place of the file since it was looked at must not block the open.
        let descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
        guard descriptor >= 0 else { throw SystemFailure(code: errno) }
        defer { close(descriptor) }
        g_checksum_reset(checksum)
        var total = 0
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemFailure(code: errno) }
            guard count > 0 else { break }
            g_checksum_update(checksum, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), gssize(count))
            total += count
            try progress(total)
        }
        return String(cString: g_checksum_get_string(checksum))
    }
}
