import Glibc

/// The lines of a descriptor, read as they come; waits for each.
struct LineReader {
    private let descriptor: Int32
    private var bytes: [UInt8] = []
    private var isOpen = true

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// The next line without its end, or nil after the last one.
    mutating func next() -> [UInt8]? {
        while true {
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                defer { bytes.removeFirst(end + 1) }
                return Array(bytes[..<end])
            }
            guard isOpen else { return nil }
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            bytes += buffer.prefix(count)
        }
    }

    mutating func end() {
        if isOpen { close(descriptor) }
        isOpen = false
    }
}
