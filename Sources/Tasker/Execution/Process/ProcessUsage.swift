import CTaskerGLib
import Glibc

/// What a process and its descendants use of the machine.
///
/// Those whose parent has ended are descendants only if they were adopted by another one, which workers do. Rejected: all of a
/// session, of which the kernel keeps no list; to look through all of `/proc` takes milliseconds.
struct ProcessUsage: Equatable {
    /// In bytes, of those that are alive.
    var memory = 0
    /// With that of those that ended and were reaped.
    var processorTime = Duration.zero

    private static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
    private static let ticksPerSecond = Int(sysconf(Int32(_SC_CLK_TCK)))

    /// Looks at a process and its descendants; nil when it is gone, or cannot be looked at.
    static func ofTree(_ root: pid_t) -> ProcessUsage? {
        var usage = ProcessUsage()
        for member in tree(root) {
            guard let time = processorTime(of: member.process) else {
                if member.process == root { return nil }
                continue
            }
            usage.processorTime += time
            if !member.sharesMemory { usage.memory += residentMemory(of: member.process) ?? 0 }
        }
        return usage
    }

    /// As ``memory``, with what several processes share divided among them.
    ///
    /// For the second look only: the kernel walks through all pages for it.
    static func proportionalMemory(ofTree root: pid_t) -> Int {
        tree(root).filter { !$0.sharesMemory }.reduce(0) { sum, member in
            let size = ProcFile.size("Pss:", in: "/proc/\(member.process)/smaps_rollup")
            return sum + (size ?? residentMemory(of: member.process) ?? 0)
        }
    }

    /// How many bytes one process has resident; nil when it is gone.
    static func residentMemory(of process: pid_t) -> Int? {
        ProcFile.words(of: "/proc/\(process)/statm").dropFirst().first.flatMap { Int($0) }.map { $0 * pageSize }
    }

    /// As ``residentMemory(of:)``, without what it shares by descriptors, as a ``SharedBuffer``: that is somebody else's as well.
    static func keptMemory(of process: pid_t) -> Int? {
        guard let resident = residentMemory(of: process) else { return nil }
        return max(0, resident - (ProcFile.size("RssShmem:", in: "/proc/\(process)/status") ?? 0))
    }

    private static func processorTime(of process: pid_t) -> Duration? {
        // utime, stime, cutime, cstime.
        let ticks = ProcFile.status(of: process).dropFirst(11).prefix(4).compactMap { Int($0) }
        guard ticks.count == 4 else { return nil }
        return .seconds(1) * ticks.reduce(0, +) / ticksPerSecond
    }

    struct Member {
        let process: pid_t
        /// Whether it has its parent's memory, and no other: between `vfork` and `exec`.
        let sharesMemory: Bool
    }

    /// A process and its descendants, each once.
    static func tree(_ root: pid_t) -> [Member] {
        var members = [Member(process: root, sharesMemory: false)]
        var known: Set = [root]
        var next = 0
        while next < members.count {
            let parent = members[next].process
            next += 1
            // Each thread has a list of its own; that of one that ends goes to another.
            for thread in ProcFile.threads(of: parent) {
                let children = ProcFile.words(of: "/proc/\(parent)/task/\(thread)/children").compactMap { pid_t($0) }
                for child in children where known.insert(child).inserted {
                    let sharesMemory = tasker_share_memory(parent, child) != 0
                    members.append(Member(process: child, sharesMemory: sharesMemory))
                }
            }
        }
        return members
    }
}
