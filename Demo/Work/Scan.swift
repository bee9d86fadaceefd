import Tasker

/// Counts what is in the folder: the coroutine.
struct Scan: Sendable {
    /// What the folder holds.
    struct Summary: Sendable {
        var files = 0
        var folders = 0
        var others = 0
        var bytes = 0
    }

    let workplace: Workplace
    let entryCount: EntryCount

    /// Finds every entry, while nobody knows how many there are, then looks at each, while everybody does.
    @concurrent
    func run(_ context: ExecutionContext) async throws -> Summary {
        var walk = FolderWalk(workplace)
        var entries: [FolderWalk.Entry] = []
        while let found = walk.next() {
            try await context.checkpoint()
            entries += found
            context.setMessage("\(entries.count.grouped) entries found")
            // One of the few threads that all coroutines share: others get their turn.
            await Task.yield()
        }
        var unreadable = walk.unreadable
        // The folder itself is one too.
        entryCount.set(entries.count + 1)
        let summary = try await examine(entries, &unreadable, context)
        try unreadable.check("Everything else was counted.")
        context.setMessage(summary.description)
        return summary
    }

    private func examine(
        _ entries: [FolderWalk.Entry],
        _ unreadable: inout Unreadable,
        _ context: ExecutionContext
    ) async throws -> Summary {
        var summary = Summary()
        let root = RawPath(workplace.source)
        try context.setTotal(max(entries.count, 1))
        for (index, entry) in entries.enumerated() {
            do throws(SystemFailure) {
                summary.add(try FileStatus(root.appending(entry.path)))
            } catch {
                unreadable.note(entry.path, errno: error.code)
            }
            guard index.isMultiple(of: 64) else { continue }
            try await context.checkpoint()
            context.setProgress(index)
            context.setMessage(summary.description)
            await Task.yield()
        }
        context.setProgress(max(entries.count, 1))
        return summary
    }
}

extension Scan.Summary: CustomStringConvertible {
    fileprivate mutating func add(_ status: FileStatus) {
        switch status.kind {
        case .file:
            files += 1
            bytes += status.size
        case .folder: folders += 1
        case .other: others += 1
        }
    }

    var description: String {
        "\(files.grouped) files, \(bytes.asFileSize), \(folders.grouped) folders, \(others.grouped) others"
    }
}
