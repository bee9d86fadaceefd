import CTaskerGLib
import Glibc
import Tasker

/// Writes a manifest of the SHA-256 sums of all regular files: the thread.
struct Checksum: Sendable {
    private struct File {
        let path: RawPath
        let size: Int
    }

    let workplace: Workplace
    let manifest: ResultFile

    /// - Returns: The number of files in the manifest.
    func run(_ context: ExecutionContext) throws -> Int {
        context.setMessage("Looking for files")
        var unreadable = Unreadable()
        let files = try findFiles(&unreadable, context)
        let lines = try sum(files, &unreadable, context)
        // A manifest with holes would pass for the whole folder.
        try unreadable.check("No manifest was written.")
        context.setMessage("Writing the manifest")
        try manifest.write(lines.joined())
        context.setMessage("\(files.count.grouped) files in \(manifest.path)")
        return files.count
    }

    private func findFiles(_ unreadable: inout Unreadable, _ context: ExecutionContext) throws -> [File] {
        let root = RawPath(workplace.source)
        var files: [File] = []
        var walk = FolderWalk(workplace)
        while let found = walk.next() {
            try context.checkpoint()
            for entry in found where !entry.isFolder {
                do throws(SystemFailure) {
                    let status = try FileStatus(root.appending(entry.path))
                    if status.kind == .file { files.append(File(path: entry.path, size: status.size)) }
                } catch {
                    unreadable.note(entry.path, errno: error.code)
                }
            }
        }
        unreadable.add(walk.unreadable)
        return files.sorted { $0.path < $1.path }
    }

    private func sum(
        _ files: [File],
        _ unreadable: inout Unreadable,
        _ context: ExecutionContext
    ) throws -> [[UInt8]] {
        let root = RawPath(workplace.source)
        let total = max(files.reduce(0) { $0 + $1.size }, 1)
        try context.setTotal(total, unit: .bytes)
        let hash = FileHash()
        var lines: [[UInt8]] = []
        for (index, file) in files.enumerated() {
            try context.checkpoint()
            context.setMessage("\((index + 1).grouped) of \(files.count.grouped): \(file.path.text)")
            let part = file.size > 0 ? try context.subContext(weight: file.size, total: file.size) : nil
            do {
                let digest = try hash.digest(of: root.appending(file.path)) { bytesRead in
                    try context.checkpoint()
                    part?.setProgress(min(bytesRead, file.size))
                }
                lines.append(ManifestLine.bytes(path: file.path, digest: digest))
            } catch let failure as SystemFailure {
                unreadable.note(file.path, errno: failure.code)
            }
        }
        context.setProgress(total)
        return lines
    }
}
