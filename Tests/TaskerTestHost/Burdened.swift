import Tasker

/// Has an argument of any size; results in that.
struct Burdened: ProcessTask {
    let text: String

    init(byteCount: Int) {
        text = String(repeating: "x", count: byteCount)
    }

    func run(_ context: ExecutionContext) -> Int {
        text.utf8.count
    }
}
