import Glibc
import TestSupport

/// What this process holds of the system.
struct Holdings: Equatable, CustomStringConvertible {
    /// How many descriptors there are of each kind: of each file, and `pipe`, `socket`, `anon_inode:[eventfd]`, ….
    let descriptors: [String: Int]
    let threads: Int

    static var current: Holdings {
        let kinds = ProcessTable.entries(of: "/proc/self/fd").compactMap { kind(of: $0) }
        return Holdings(
            descriptors: kinds.reduce(into: [:]) { $0[$1, default: 0] += 1 },
            threads: ProcessTable.entries(of: "/proc/self/task").count
        )
    }

    /// nil for what the folder was listed with, which is closed by now.
    private static func kind(of descriptor: String) -> String? {
        var target = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/fd/\(descriptor)", &target, target.count)
        guard count > 0 else { return nil }
        let text = String(decoding: target.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
        // `pipe:[1234]`: the number is one pipe's.
        return text.hasPrefix("anon_inode:") ? text : text.split(separator: ":").first.map(String.init)
    }

    var description: String {
        let kinds = descriptors.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return (kinds + ["\(threads) threads"]).joined(separator: ", ")
    }
}
