import Tasker

/// Adds the numbers up to `count` and tells of each.
struct Sum: ProcessTask {
    let count: Int

    func run(_ context: ExecutionContext) async throws -> Int {
        try context.setTotal(count)
        var sum = 0
        for number in 1...count {
            sum += number
            context.setProgress(number)
            context.setMessage("added \(number)")
            try await context.sendEvent("added", number)
        }
        return sum
    }
}
