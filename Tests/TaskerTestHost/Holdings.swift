import Glibc
import TestSupport

/// What this process holds of the system.
struct Holdings: Equatable, CustomStringConvertible {
    /// How many descriptors there are of each kind: of each file, and `pipe`, `socket`, `anon_inode:[eventfd]`, ….
    let descriptors: [String: Int]
    let threads: Int

    static var current: Holdings {
        // The sanitizer opens its pipes with its first report, also one that is then left out.
        let foreign = Set(
            ProcessTable.children.filter { ProcessTable.isSanitizers($0, of: getpid()) }
                .flatMap { child in ["0", "1"].compactMap { ProcessTable.descriptor($0, of: "\(child)") } }
        )
        // Without what the folder was listed with, which is closed by now.
        let links = ProcessTable.entries(of: "/proc/self/fd").compactMap { ProcessTable.descriptor($0) }
        return Holdings(
            descriptors: links.filter { !foreign.contains($0) }.reduce(into: [:]) { $0[kind(of: $1), default: 0] += 1 },
            threads: ProcessTable.entries(of: "/proc/self/task").count
        )
    }

    /// `pipe:[1234]`: the number is one pipe's.
    private static func kind(of link: String) -> String {
        link.hasPrefix("anon_inode:") ? link : String(link.prefix { $0 != ":" })
    }

    var description: String {
        let kinds = descriptors.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return (kinds + ["\(threads) threads"]).joined(separator: ", ")
    }
}
