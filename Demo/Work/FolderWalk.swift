import Glibc

/// Walks a folder, one subfolder a step, without following links.
///
/// A subfolder is read to its end and closed before the next one is opened: a deep tree needs no more descriptors than
/// a flat one.
struct FolderWalk {
    /// Something in the folder.
    struct Entry: Sendable {
        /// Relative to the folder that is walked.
        let path: RawPath
        let isFolder: Bool
    }

    private let root: RawPath
    private let excluded: RawPath?
    private var waiting = [RawPath.empty]

    /// What could not be read so far.
    private(set) var unreadable = Unreadable()

    init(_ workplace: Workplace) {
        root = RawPath(workplace.source)
        excluded = workplace.excluded
    }

    /// The entries of the next subfolder, or nil when there is none left.
    mutating func next() -> [Entry]? {
        guard let folder = waiting.popLast() else { return nil }
        let path = root.appending(folder)
        guard let stream = path.withCString({ opendir($0) }) else {
            unreadable.note(folder, errno: errno)
            return []
        }
        defer { closedir(stream) }
        var entries: [Entry] = []
        while true {
            errno = 0
            guard let found = readdir(stream) else { break }
            let name = Self.name(of: found)
            guard name.bytes != [UInt8(ascii: ".")], name.bytes != Array("..".utf8) else { continue }
            let path = folder.appending(name)
            guard path != excluded else { continue }
            entries.append(Entry(path: path, isFolder: isFolder(path, type: found.pointee.d_type)))
        }
        if errno != 0 { unreadable.note(folder, errno: errno) }
        waiting += entries.lazy.filter(\.isFolder).map(\.path)
        return entries
    }

    private func isFolder(_ path: RawPath, type: UInt8) -> Bool {
        // Some file systems do not tell the type of an entry.
        guard Int(type) == DT_UNKNOWN else { return Int(type) == DT_DIR }
        return (try? FileStatus(root.appending(path)))?.kind == .folder
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> RawPath {
        // The entry ends after its name's zero byte, so the whole `d_name` tuple must not be copied.
        let start = UnsafeRawPointer(entry) + MemoryLayout<dirent>.offset(of: \.d_name)!
        let length = strlen(start.assumingMemoryBound(to: CChar.self))
        return RawPath(Array(UnsafeRawBufferPointer(start: start, count: length)))
    }
}
