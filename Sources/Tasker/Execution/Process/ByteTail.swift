/// The last bytes of a stream.
struct ByteTail {
    private var bytes: [UInt8] = []
    private let limit: Int
    private let secrets: SecretTexts
    /// How much is kept, so that a secret is known as one that begins before the tail does.
    private let keptLimit: Int

    /// Makes an empty tail.
    ///
    /// - Parameter secrets: What its text does not show.
    init(limit: Int, hiding secrets: SecretTexts = SecretTexts()) {
        self.limit = limit
        self.secrets = secrets
        keptLimit = limit + secrets.overlap
    }

    mutating func append(_ new: some Collection<UInt8>) {
        bytes.append(contentsOf: new.suffix(keptLimit))
        // Cut only at twice the limit, so that a byte is moved once and not at each append.
        if bytes.count > 2 * keptLimit { bytes.removeFirst(bytes.count - keptLimit) }
    }

    /// The last bytes as text, without a last newline.
    var text: String {
        var tail = bytes.suffix(keptLimit)
        let begin = tail.endIndex - min(limit, tail.count)
        while tail.last == UInt8(ascii: "\n") { tail.removeLast() }
        return String(decoding: secrets.hide(in: tail, from: min(begin, tail.endIndex)), as: UTF8.self)
    }
}
