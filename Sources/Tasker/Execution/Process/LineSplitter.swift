import Glibc

/// Cuts a stream into lines: each ends with a newline, a carriage return, or both.
///
/// A carriage return alone, because that is how programs redraw a line that tells their progress.
struct LineSplitter {
    /// A longer line comes in pieces, so that memory stays bounded whatever the program writes.
    static let lineLimit = 64 << 10

    private var partial: [UInt8] = []
    /// Whether the bytes so far end with a carriage return, to which a newline would belong.
    private var isAfterReturn = false

    mutating func append(_ bytes: UnsafeRawBufferPointer, _ line: ([UInt8]) -> Void) {
        guard let first = bytes.first else { return }
        var begin = isAfterReturn && first == UInt8(ascii: "\n") ? 1 : 0
        isAfterReturn = bytes.last == UInt8(ascii: "\r")
        // Both are looked for at once, and each again only behind itself, so that a byte is looked at twice and no more often.
        var newline = bytes.firstIndex(of: "\n", from: begin)
        var carriageReturn = bytes.firstIndex(of: "\r", from: begin)
        while true {
            let end = min(newline, carriageReturn)
            keep(UnsafeRawBufferPointer(rebasing: bytes[begin..<end]), line)
            guard end < bytes.count else { return }
            line(partial)
            partial = []
            let isPair = end == carriageReturn && newline == end + 1 && newline < bytes.count
            begin = end + (isPair ? 2 : 1)
            if newline < begin { newline = bytes.firstIndex(of: "\n", from: begin) }
            if carriageReturn < begin { carriageReturn = bytes.firstIndex(of: "\r", from: begin) }
        }
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer, _ line: ([UInt8]) -> Void) {
        partial.append(contentsOf: bytes)
        while partial.count > Self.lineLimit {
            line(Array(partial.prefix(Self.lineLimit)))
            partial.removeFirst(Self.lineLimit)
        }
    }

    /// The last line, if the stream ended without a line's end.
    mutating func finish(_ line: ([UInt8]) -> Void) {
        if !partial.isEmpty { line(partial) }
        partial = []
    }
}

extension UnsafeRawBufferPointer {
    /// Where a byte is; the end if it is not there.
    ///
    /// By `memchr`, because a loop over 1 GiB takes minutes without the optimizer.
    fileprivate func firstIndex(of byte: Unicode.Scalar, from begin: Int) -> Int {
        guard let baseAddress, let found = memchr(baseAddress + begin, Int32(byte.value), count - begin) else {
            return count
        }
        return UnsafeRawPointer(found) - baseAddress
    }
}
