import Glibc

/// Files of `/proc`, see `proc(5)`; what they are about may be gone at any time.
enum ProcFile {
    /// What a file holds, cut at spaces; nothing if it is gone.
    ///
    /// - Parameter mark: What is left out, to its last place; nil: nothing is.
    static func words(of path: String, after mark: UInt8? = nil) -> [Substring] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var text: [UInt8] = []
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            while case .bytes(let count) = DescriptorIO.read(file, into: buffer) { text += buffer[..<count] }
        }
        let begin = mark.flatMap { text.lastIndex(of: $0) }.map { $0 + 1 } ?? 0
        return String(decoding: text[begin...], as: UTF8.self).split(whereSeparator: \.isWhitespace)
    }

    /// A size of which a file has a line, such as `Pss: 416 kB`, in bytes; nil if it has none, or is gone.
    static func size(_ name: Substring, in path: String) -> Int? {
        let words = words(of: path)
        return words.firstIndex(of: name).flatMap { words.dropFirst($0 + 1).first }.flatMap { Int($0) }.map { $0 << 10 }
    }

    /// - Returns: Whether the kernel took all of it.
    static func write(_ text: String, into path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        let bytes = Array(text.utf8)
        return Glibc.write(file, bytes, bytes.count) == bytes.count
    }

    /// The threads of a process; none when it has ended.
    static func threads(of process: pid_t) -> [pid_t] {
        guard let folder = opendir("/proc/\(process)/task") else { return [] }
        defer { closedir(folder) }
        var threads: [pid_t] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { name in
                String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
            }
            // All but "." and "..".
            if let thread = pid_t(name) { threads.append(thread) }
        }
        return threads
    }

    /// What follows on the name, which may hold anything: state, parent, …; nothing when the process is gone.
    static func status(of process: pid_t) -> [Substring] {
        words(of: "/proc/\(process)/stat", after: UInt8(ascii: ")"))
    }

    /// Whether a process has ended, whether or not somebody has asked for its status.
    static func hasEnded(_ process: pid_t) -> Bool {
        ["Z", "X", nil].contains(status(of: process).first)
    }
}
