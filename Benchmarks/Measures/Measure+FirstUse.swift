import Foundation
import GLibMainLoop
import Tasker

extension Measure {
    static let firstUse = Measure(
        name: "first-use",
        title: "A program’s first task",
        summary: "a program's first function on a thread, from submit to seen on main",
        scores: [.init(figure: time, unit: "µs", rival: "its second")]
    ) { _ in
        [
            .init("Tasker") { FirstUse.figures("1") },
            .init("its second") { FirstUse.figures("2") },
        ]
    }
}

/// A program that runs a few tasks and prints how long the last took.
enum FirstUse {
    private static let marker = "--tasker-benchmarks-first-use"

    /// This program, if it is that one.
    @MainActor
    static func runIfRequested() {
        let words = CommandLine.arguments
        guard words.count == 3, words[1] == marker, let count = Int(words[2]) else { return }
        var last = Duration.zero
        for _ in 0..<count {
            last = ContinuousClock().measure { Measure.runNothing(1, on: taskManager) }
        }
        print(last / .microseconds(1))
        exit(0)
    }

    static func figures(_ count: String) -> [Contender.Figure]? {
        PeerProgram(words: ["/proc/\(getpid())/exe", marker, count]).figures([])
    }
}
