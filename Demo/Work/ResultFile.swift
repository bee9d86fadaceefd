import Glibc
import Synchronization

/// A file that appears under its name only when it is complete.
///
/// It grows under another name beside it. `Codable`, because a worker process writes one.
struct ResultFile: Codable, Sendable {
    let path: String
    /// Unique to this object: a task that is being replaced never touches its successor's file.
    let partialPath: String

    private static let count = Atomic(0)

    init(folder: String, name: String) {
        let number = Self.count.add(1, ordering: .relaxed).newValue
        path = "\(folder)/\(name)"
        partialPath = "\(folder)/.\(name).\(getpid())-\(number).partial"
    }

    /// Writes the whole file, down to the disk, and gives it its name; leaves nothing behind on failure.
    func write(_ bytes: some Sequence<UInt8>) throws {
        do {
            try writePartial(Array(bytes))
            try commit()
        } catch {
            discard()
            throw error
        }
    }

    /// Gives the complete file its name.
    func commit() throws(DemoError) {
        guard rename(partialPath, path) == 0 else {
            let code = errno
            discard()
            throw DemoError("“\(path)” could not be written", errno: code)
        }
    }

    /// Removes what has been written under the other name, if anything.
    func discard() {
        unlink(partialPath)
    }

    private func writePartial(_ bytes: [UInt8]) throws {
        let descriptor = open(partialPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw failure() }
    }

    private func failure() -> DemoError {
        DemoError("“\(path)” could not be written", errno: errno)
    }
}
