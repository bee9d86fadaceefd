import Tasker

/// Throws, an error that travels or one that does not.
struct Throwing: ProcessTask {
    struct Refusal: Error, Codable {
        let why: String
        let number: Int
    }

    struct Private: Error {
        let detail: String
    }

    let travels: Bool

    static let errorTypes: [any (Error & Codable).Type] = [Refusal.self]

    func run(_ context: ExecutionContext) async throws -> Int {
        if travels { throw Refusal(why: "no paper", number: 7) }
        throw Private(detail: "ink")
    }
}
