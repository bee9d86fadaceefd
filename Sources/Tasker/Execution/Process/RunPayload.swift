import FoundationEssentials

/// A payload of a task's id (8 bytes, little endian), what of its log is wanted (1 byte), whether the connection is direct (1 byte),
/// the name of its type and its arguments.
struct RunPayload {
    let task: UInt64
    /// From which level on its log is wanted, counted from the lowest; nil: none of it.
    let logLevel: UInt8?
    /// Whether the connection is one socket, which passes descriptors and tells whether all was read.
    let isDirect: Bool
    let work: NamedPayload

    private static let headerSize = 10

    func encoded() throws(TaskerError) -> Data {
        withUnsafeBytes(of: task.littleEndian) { Data($0) }
            + [logLevel ?? .max, isDirect ? 1 : 0] + (try work.encoded())
    }

    init(task: UInt64, logLevel: UInt8?, isDirect: Bool, work: NamedPayload) {
        self.task = task
        self.logLevel = logLevel
        self.isDirect = isDirect
        self.work = work
    }

    init?(decoding payload: Data) {
        guard payload.count >= Self.headerSize,
            let work = NamedPayload(decoding: Data(payload.dropFirst(Self.headerSize)))
        else { return nil }
        let header = [UInt8](payload.prefix(Self.headerSize))
        task = header.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        logLevel = header[8] == .max ? nil : header[8]
        isDirect = header[9] != 0
        self.work = work
    }
}
