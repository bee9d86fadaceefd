import CTaskerBenchmarks
import Glibc

/// What the process occupies, when the allocator has given back what it can.
package struct Memory {
    /// Bytes that are allocated and not freed.
    package let heap: Int
    /// Bytes of the process that are in the machine's memory.
    package let resident: Int

    package static var current: Memory {
        malloc_trim(0)
        let information = mallinfo2()
        return Memory(heap: information.uordblks + information.hblkhd, resident: residentBytes)
    }

    private static var residentBytes: Int {
        // size resident …, in pages
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let fields = String(decoding: line.map(UInt8.init(bitPattern:)), as: UTF8.self).split(separator: " ")
        return fields.dropFirst().first.flatMap { Int($0) }.map { $0 * Int(getpagesize()) } ?? 0
    }
}
