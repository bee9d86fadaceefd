/// The last bytes of a stream.
struct ByteTail {
    private var bytes: [UInt8] = []
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    mutating func append(_ new: some Collection<UInt8>) {
        bytes.append(contentsOf: new.suffix(limit))
        // Cut only at twice the limit, so that a byte is moved once and not at each append.
        if bytes.count > 2 * limit { bytes.removeFirst(bytes.count - limit) }
    }

    /// The last bytes as text, without a last newline.
    var text: String {
        var tail = bytes.suffix(limit)
        while tail.last == UInt8(ascii: "\n") { tail.removeLast() }
        return String(decoding: tail, as: UTF8.self)
    }
}

/// Cuts a stream into lines.
struct LineSplitter {
    /// A longer line comes in pieces, so that memory stays bounded whatever the program writes.
    static let lineLimit = 64 << 10

    private var partial: [UInt8] = []

    mutating func append(_ bytes: UnsafeRawBufferPointer, _ line: ([UInt8]) -> Void) {
        for piece in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if piece.offset > 0 {
                line(partial)
                partial = []
            }
            partial.append(contentsOf: piece.element)
            while partial.count > Self.lineLimit {
                line(Array(partial.prefix(Self.lineLimit)))
                partial.removeFirst(Self.lineLimit)
            }
        }
    }

    /// The last line, if the stream ended without a newline.
    mutating func finish(_ line: ([UInt8]) -> Void) {
        if !partial.isEmpty { line(partial) }
        partial = []
    }
}
