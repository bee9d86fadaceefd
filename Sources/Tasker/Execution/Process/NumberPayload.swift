import FoundationEssentials

/// A payload of a number and perhaps a text: the bits of the number (8 bytes, little endian), the text.
struct NumberPayload {
    let number: Double
    var text: String?

    func encoded() -> Data {
        var payload = withUnsafeBytes(of: number.bitPattern.littleEndian) { Data($0) }
        payload.append(contentsOf: (text ?? "").utf8)
        return payload
    }

    init(number: Double, text: String? = nil) {
        self.number = number
        self.text = text
    }

    init?(decoding payload: Data) {
        guard payload.count >= 8 else { return nil }
        number = Double(bitPattern: payload.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        text = payload.count == 8 ? nil : String(decoding: payload.dropFirst(8), as: UTF8.self)
    }
}
