import Glibc

/// A path as the file system has it: bytes, of no particular encoding.
struct RawPath: Hashable, Comparable, Sendable {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The folder itself, as the start of relative paths.
    static let empty = RawPath([])

    /// For people: bytes that are not UTF-8 become U+FFFD, control characters `?`.
    var text: String {
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
        return String(String.UnicodeScalarView(scalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }

    /// The path of `name` below this folder; of `name` alone below the empty path.
    func appending(_ name: RawPath) -> RawPath {
        if bytes.isEmpty { return name }
        if name.bytes.isEmpty { return self }
        return RawPath(bytes.last == UInt8(ascii: "/") ? bytes + name.bytes : bytes + [UInt8(ascii: "/")] + name.bytes)
    }

    /// This path as seen from `folder`, or nil when it does not lie below it.
    func relative(to folder: RawPath) -> RawPath? {
        let prefix = folder.bytes.last == UInt8(ascii: "/") ? folder.bytes : folder.bytes + [UInt8(ascii: "/")]
        return bytes.starts(with: prefix) ? RawPath(Array(bytes.dropFirst(prefix.count))) : nil
    }

    /// Without links, `.` and `..`; nil if it cannot be resolved.
    var resolved: RawPath? {
        guard let real = withCString({ realpath($0, nil) }) else { return nil }
        defer { free(real) }
        return RawPath(Array(UnsafeRawBufferPointer(start: real, count: strlen(real))))
    }

    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        (bytes + [0]).withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { body($0.baseAddress!) }
        }
    }

    static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.bytes.lexicographicallyPrecedes(rhs.bytes)
    }
}
