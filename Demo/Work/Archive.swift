import Synchronization
import Tasker

/// Packs the folder with `tar`: the command.
final class Archive: Sendable {
    private struct State {
        var entries = 0
        var hasTotal = false
        var complaints = 0
        var firstComplaint: String?
    }

    private let workplace: Workplace
    private let entryCount: EntryCount
    private let state = Mutex(State())
    let file: ResultFile

    init(workplace: Workplace, entryCount: EntryCount) {
        self.workplace = workplace
        self.entryCount = entryCount
        file = ResultFile(folder: workplace.output, name: "archive.tar")
    }

    var command: Command {
        // A colon in its name does not make the file a remote one.
        var arguments = ["--create", "--verbose", "--force-local"]
        arguments += ["--file", file.partialPath]
        if let excluded = workplace.excluded {
            let path = String(decoding: excluded.bytes, as: UTF8.self)
            arguments += ["--anchored", "--no-wildcards", "--exclude", "./\(path)"]
        }
        arguments += ["--directory", workplace.source, "."]
        return Command("tar", arguments: arguments, environment: ["LC_ALL": "C.UTF-8"])
    }

    /// Takes a line that `tar` wrote: an entry that it packs, or a complaint.
    func receive(_ line: CommandOutput, _ context: ExecutionContext) {
        switch line.stream {
        case .standardOutput: receiveEntry(line.text, context)
        default: receiveComplaint(line.text, context)
        }
    }

    private func receiveEntry(_ name: String, _ context: ExecutionContext) {
        let total = entryCount.value
        let (count, isFirstWithTotal, isQuiet) = state.withLock { state in
            state.entries += 1
            let isFirst = total != nil && !state.hasTotal
            state.hasTotal = total != nil
            return (state.entries, isFirst, state.complaints == 0)
        }
        if let total {
            if isFirstWithTotal { try? context.setTotal(total) }
            context.setProgress(min(count, total))
        }
        if isQuiet { context.setMessage("\(count.grouped) entries: \(name)") }
    }

    private func receiveComplaint(_ line: String, _ context: ExecutionContext) {
        // The last line of a `tar` that failed, without news.
        guard !line.contains("Exiting with failure status") else { return }
        let (first, count) = state.withLock { state in
            state.complaints += 1
            // Each line begins with the name by which the program was started.
            let text = line.split(separator: "tar: ", maxSplits: 1).last ?? line[...]
            let first = state.firstComplaint ?? String(text)
            state.firstComplaint = first
            return (first, state.complaints)
        }
        context.setMessage(count == 1 ? "tar says: \(first)" : "tar says: \(first), and \(count - 1) more like it")
    }
}
