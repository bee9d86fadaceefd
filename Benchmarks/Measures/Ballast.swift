import Glibc

/// Memory that the application has resident while something is measured.
enum Ballast {
    static func gibibyte<Result>(during body: () -> Result) -> Result {
        let byteCount = 1 << 30
        let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 4096)
        defer { memory.deallocate() }
        memset(memory, 1, byteCount)
        return body()
    }
}
