import Tasker

/// Has a result that cannot be encoded.
struct Unencodable: ProcessTask {
    struct Result: Codable {
        struct Refusal: Error {}

        init() {}

        init(from decoder: any Decoder) throws {
            throw Refusal()
        }

        func encode(to encoder: any Encoder) throws {
            throw Refusal()
        }
    }

    func run(_ context: ExecutionContext) async throws -> Result {
        Result()
    }
}
