import FoundationEssentials

/// A payload of a name and data: two bytes for the name's length, the name, the data.
struct NamedPayload {
    let name: String
    let data: Data

    func encoded() throws(TaskerError) -> Data {
        guard let length = UInt16(exactly: name.utf8.count) else {
            throw TaskerError(.encodingFailed, "A name of \(name.utf8.count) bytes is longer than the 65535 that fit.")
        }
        var payload = Data([UInt8(truncatingIfNeeded: length), UInt8(length >> 8)])
        payload.append(contentsOf: name.utf8)
        payload.append(data)
        return payload
    }

    init(name: String, data: Data) {
        self.name = name
        self.data = data
    }

    init?(decoding payload: Data) {
        guard payload.count >= 2 else { return nil }
        let bytes = [UInt8](payload.prefix(2))
        let length = Int(bytes[0]) | Int(bytes[1]) << 8
        guard payload.count >= 2 + length else { return nil }
        name = String(decoding: payload.dropFirst(2).prefix(length), as: UTF8.self)
        data = Data(payload.dropFirst(2 + length))
    }
}
