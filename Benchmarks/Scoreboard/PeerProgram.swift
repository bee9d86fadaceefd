import Foundation

/// A peer in a program of its own, whose words name what it does and which prints one figure.
///
/// Built from `Benchmarks/Peers` where what it needs is installed.
struct PeerProgram: Sendable {
    let words: [String]

    /// Qt 6, in C++; nil where that, or a compiler, is not installed.
    static let qt: PeerProgram? = {
        let program = "\(builds)/qt-peer"
        let script = """
            command -v c++ pkg-config && pkg-config --exists Qt6Concurrent &&
                c++ -O2 -std=c++17 -fPIC -o "$0" "$1" $(pkg-config --cflags --libs Qt6Concurrent)
            """
        return run(["bash", "-c", script, program, "\(sources)/qt.cpp"]) == nil ? nil : PeerProgram(words: [program])
    }()

    /// Python's own library.
    static let python: PeerProgram? = {
        run(["python3", "-c", ""]) == nil ? nil : PeerProgram(words: ["python3", "\(sources)/peer.py"])
    }()

    /// What it prints, as the figure of a score.
    func figures(_ arguments: [String], name: String = Measure.time) -> [Contender.Figure] {
        // One that is there and fails must not pass for one that is absent.
        guard let text = Self.run(words + arguments),
            let value = Double(text.trimmingCharacters(in: .whitespacesAndNewlines))
        else { fatalError("This printed no figure: \(words + arguments)") }
        return [.init(name: name, value: value)]
    }

    private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Peers").path
    private static let builds = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().path

    /// - Returns: What it wrote; nil if it could not be started, or failed.
    private static func run(_ words: [String]) -> String? {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: bytes, as: UTF8.self) : nil
    }
}

extension PeerProgram? {
    /// Nothing where it is not installed.
    func figures(_ arguments: String..., name: String = Measure.time) -> [Contender.Figure]? {
        self?.figures(arguments, name: name)
    }
}
