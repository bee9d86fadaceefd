import GLibMainLoop
import Tasker

/// Looks at the first byte of a buffer.
struct Peek: ProcessTask {
    let buffer: SharedBuffer

    func run(_ context: ExecutionContext) -> UInt8 {
        buffer.withUnsafeBytes { $0[0] }
    }
}

extension Measure {
    static let buffer = Measure(
        name: "buffer",
        title: "A buffer of 1 GiB",
        summary: "a shared buffer of 1 GiB that is full, to a worker that looks at it, from submit to seen on main",
        scores: [.init(figure: time, unit: "µs", rival: "1 byte", goal: .ratio(2))]
    ) { _ in
        var configuration = TaskManagerConfiguration()
        configuration.maximumProcesses = 1
        let proxy = TaskManagerProxy(configuration: configuration)
        return [
            .init("Tasker") { figures(of: proxy, byteCount: 1 << 30) },
            .init("1 byte") { figures(of: proxy, byteCount: 1) },
        ]
    }

    @MainActor
    private static func figures(of proxy: TaskManagerProxy, byteCount: Int) -> [Contender.Figure] {
        guard let buffer = try? SharedBuffer(byteCount: byteCount) else { fatalError("There is no shared buffer.") }
        buffer.withUnsafeMutableBytes { bytes in
            for index in stride(from: 0, to: byteCount, by: 4096) { bytes[index] = 1 }
        }
        let count = 1000
        return figures(each: count) {
            for _ in 0..<count {
                var isDone = false
                proxy.runProcess(Peek(buffer: buffer), whenDone: { _ in isDone = true })
                MainContext.default.iterate { isDone }
            }
        }
    }
}
