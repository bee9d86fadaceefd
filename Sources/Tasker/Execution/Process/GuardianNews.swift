/// What the guardian has to be told and its socket did not take yet, in order.
///
/// A word that goes before its coming was told is not told at all, so that no more waits than is alive.
struct GuardianNews {
    private var lines: [String] = []

    var isEmpty: Bool {
        lines.isEmpty
    }

    mutating func add(_ word: String) {
        lines.append("+ \(word)\n")
    }

    mutating func remove(_ word: String) {
        if let index = lines.firstIndex(of: "+ \(word)\n") {
            lines.remove(at: index)
        } else {
            lines.append("- \(word)\n")
        }
    }

    /// Tells what can be told now.
    ///
    /// - Parameter send: Sends a line as a whole or not at all, and returns how many bytes that were; nil when nobody is there.
    /// - Returns: Whether somebody is there.
    mutating func tell(_ send: (UnsafeRawBufferPointer) -> Int?) -> Bool {
        while let line = lines.first {
            guard let count = Array(line.utf8).withUnsafeBytes(send) else { return false }
            if count == 0 { break }
            lines.removeFirst()
        }
        return true
    }
}
