/// What the guardian has to be told and its socket did not take yet, in order.
///
/// A word that goes before its coming was told is not told at all, so that no more waits than is alive.
struct GuardianNews {
    /// What goes and what comes, in one line, because each line wakes the guardian.
    private struct Line {
        var gone: String?
        var come: String?

        var text: String {
            "\(gone ?? ".") \(come ?? ".")\n"
        }
    }

    private var lines: [Line] = []

    var isEmpty: Bool {
        lines.isEmpty
    }

    mutating func add(_ word: String, insteadOf other: String? = nil) {
        if let other, let index = lines.firstIndex(where: { $0.come == other }) {
            lines[index].come = word
        } else {
            lines.append(Line(gone: other, come: word))
        }
    }

    mutating func remove(_ word: String) {
        guard let index = lines.firstIndex(where: { $0.come == word }) else {
            lines.append(Line(gone: word))
            return
        }
        lines[index].come = nil
        if lines[index].gone == nil { lines.remove(at: index) }
    }

    /// Tells what can be told now.
    ///
    /// - Parameter send: Sends a line as a whole or not at all, and returns how many bytes that were; nil when nobody is there.
    /// - Returns: Whether somebody is there.
    mutating func tell(_ send: (UnsafeRawBufferPointer) -> Int?) -> Bool {
        while let line = lines.first {
            guard let count = Array(line.text.utf8).withUnsafeBytes(send) else { return false }
            if count == 0 { break }
            lines.removeFirst()
        }
        return true
    }
}
