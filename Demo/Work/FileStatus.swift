import Glibc

/// What `lstat` says about a path.
struct FileStatus: Sendable {
    enum Kind: Sendable {
        case file
        case folder
        case other
    }

    let kind: Kind
    let size: Int

    /// - Throws: The `errno` as a ``SystemFailure``.
    init(_ path: RawPath) throws(SystemFailure) {
        var status = stat()
        guard path.withCString({ lstat($0, &status) }) == 0 else { throw SystemFailure(code: errno) }
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            default: .other
            }
        size = Int(status.st_size)
    }
}

/// The `errno` of a system call that failed.
struct SystemFailure: Error {
    let code: Int32
}
