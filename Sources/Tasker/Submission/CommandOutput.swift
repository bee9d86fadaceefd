/// One line that a command wrote.
public struct CommandOutput: Sendable, Hashable {
    /// Where a command writes.
    public enum Stream: Sendable, Hashable {
        /// Its standard output.
        case standardOutput
        /// Its standard error.
        case standardError
    }

    /// Where it was written.
    public let stream: Stream
    /// The line without its end, which is a newline, a carriage return, or both.
    ///
    /// So a line that a program redraws by a carriage return comes each time that it is drawn. A line of more than 64 KiB comes in
    /// pieces.
    public let bytes: [UInt8]

    /// The line as text; bytes that are not UTF-8 become U+FFFD.
    public var text: String {
        String(decoding: bytes, as: UTF8.self)
    }
}
