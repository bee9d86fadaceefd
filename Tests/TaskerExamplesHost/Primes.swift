import Tasker

/// Counts the primes below a limit, in a worker process.
struct Primes: ProcessTask {
    let limit: Int
    var tellsEach = false

    struct EmptyRange: Error, Codable {
        let limit: Int
    }

    static var errorTypes: [any (Error & Codable).Type] { [EmptyRange.self] }

    func run(_ context: ExecutionContext) async throws -> Int {
        guard limit > 2 else { throw EmptyRange(limit: limit) }
        context.setMessage("Sieving…")
        try context.setTotal(limit)
        var count = 0
        for number in 2..<limit {
            try context.checkCancellation()
            if (2..<number).allSatisfy({ !number.isMultiple(of: $0) }) {
                count += 1
                if tellsEach { try await context.sendEvent("prime", number) }
            }
            context.setProgress(number + 1)
        }
        return count
    }
}
