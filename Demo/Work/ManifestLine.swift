/// A line of a manifest as `sha256sum` writes and checks it.
enum ManifestLine {
    /// The line for a file: a backslash in front announces that the name is escaped.
    static func bytes(path: RawPath, digest: String) -> [UInt8] {
        var escaped: [UInt8] = []
        for byte in path.bytes {
            switch byte {
            case UInt8(ascii: "\\"): escaped += Array("\\\\".utf8)
            case UInt8(ascii: "\n"): escaped += Array("\\n".utf8)
            case UInt8(ascii: "\r"): escaped += Array("\\r".utf8)
            default: escaped.append(byte)
            }
        }
        let mark = escaped.count == path.bytes.count ? "" : "\\"
        // The dot keeps a name that starts with a dash, or is one, from being taken for something else.
        return Array("\(mark)\(digest)  ./".utf8) + escaped + [UInt8(ascii: "\n")]
    }
}
