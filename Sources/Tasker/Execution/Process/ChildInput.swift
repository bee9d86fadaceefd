import Glibc

/// Bytes on their way into a child's standard input: written by the pump when there is room, and followed by end-of-file.
///
/// A pipe, and not a socket as a worker has: some programs treat a socket as a network connection.
final class ChildInput: @unchecked Sendable {
    // `@unchecked`: made by one thread, and from then on used by the pump's only.

    /// The pipe's write end; -1 when it is closed.
    private(set) var descriptor: Int32
    private var rest: ArraySlice<UInt8>

    /// Takes the write end of a pipe over.
    init(descriptor: Int32, bytes: [UInt8]) {
        self.descriptor = descriptor
        rest = bytes[...]
        DescriptorIO.setNonBlocking(descriptor)
        if bytes.isEmpty { finish() }
    }

    deinit {
        finish()
    }

    /// Writes what fits.
    func write() {
        guard descriptor >= 0 else { return }
        // A program that does not read all of its input has its reasons: `head` and `grep -q` do not.
        guard let count = rest.withUnsafeBytes({ DescriptorIO.write(descriptor, $0) }) else { return finish() }
        rest = rest.dropFirst(count)
        if rest.isEmpty { finish() }
    }

    /// Lets the child see end-of-file, and lets the bytes go.
    func finish() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        (descriptor, rest) = (-1, [])
    }
}
