import Glibc

/// Texts that are not to be shown, such as passwords.
struct SecretTexts: Sendable {
    /// What is shown instead.
    static let mask = "•••"
    /// A shorter line of a secret is no secret of its own.
    private static let shortestLine = 4

    private let texts: [[UInt8]]

    init(_ secrets: [String] = []) {
        // A key of several lines comes line by line in what a program writes, and one that was read from a file may end with a
        // newline that the program does not repeat.
        let lines = secrets.flatMap { $0.split(whereSeparator: \.isNewline) }
            .filter { $0.utf8.count >= Self.shortestLine }
        texts = (secrets.map { Array($0.utf8) } + lines.map { Array($0.utf8) }).filter { !$0.isEmpty }
    }

    var isEmpty: Bool {
        texts.isEmpty
    }

    /// How many bytes before a cut may belong to a secret that goes on behind it.
    var overlap: Int {
        (texts.map(\.count).max() ?? 1) - 1
    }

    func hide(in text: String) -> String {
        isEmpty ? text : String(decoding: hide(in: Array(text.utf8)[...], from: 0), as: UTF8.self)
    }

    /// The bytes from `begin` on; a secret that reaches over it is hidden as a whole.
    func hide(in bytes: ArraySlice<UInt8>, from begin: Int) -> [UInt8] {
        var shown: [UInt8] = []
        var rest = begin
        for range in ranges(in: bytes) where range.upperBound > begin {
            if range.lowerBound > rest { shown += bytes[rest..<range.lowerBound] }
            shown += Self.mask.utf8
            rest = range.upperBound
        }
        return shown + bytes[rest...]
    }

    /// Where the secrets are, in order; those that touch or overlap are one.
    private func ranges(in bytes: ArraySlice<UInt8>) -> [Range<Int>] {
        let found = texts.flatMap { Self.ranges(of: $0, in: bytes) }.sorted { $0.lowerBound < $1.lowerBound }
        var joined: [Range<Int>] = []
        for range in found {
            if let last = joined.last, last.upperBound >= range.lowerBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }

    private static func ranges(of text: [UInt8], in bytes: ArraySlice<UInt8>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        bytes.withUnsafeBytes { all in
            guard let base = all.baseAddress else { return }
            var index = 0
            while all.count - index >= text.count, let next = memchr(base + index, Int32(text[0]), all.count - index) {
                index = UnsafeRawPointer(next) - base
                guard all.count - index >= text.count else { return }
                if memcmp(base + index, text, text.count) == 0 {
                    let begin = bytes.startIndex + index
                    ranges.append(begin..<(begin + text.count))
                }
                index += 1
            }
        }
        return ranges
    }
}
