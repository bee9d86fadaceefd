/// Stands for a label of a window.
@MainActor
final class Label {
    var text = ""
}

/// Stands for a progress bar of a window.
@MainActor
final class ProgressBar {
    var fraction = 0.0
}

/// What an example has seen, in order.
@MainActor
final class Notes {
    private(set) var lines: [String] = []

    func add(_ line: String) {
        lines.append(line)
    }
}
