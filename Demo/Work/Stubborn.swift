import Tasker

/// A troublemaker: a shell and a program that it has started, both of which ignore that they are asked to end.
enum Stubborn {
    static let command = Command(
        "sh",
        arguments: [
            "-c", "trap '' TERM; sleep 1000000 & echo \"Ignores Cancel, and so does its child $!\"; wait",
        ]
    )
}
