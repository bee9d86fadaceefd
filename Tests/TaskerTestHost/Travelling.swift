import Tasker

/// Has arguments and a result that do not get over one of the steps between the application and its worker.
struct Travelling: ProcessTask {
    enum Step: String, Codable {
        case encodeArguments
        case decodeArguments
        case encodeResult
        case decodeResult
    }

    struct Refusal: Error {}

    private let step: Step

    init(until step: Step) {
        self.step = step
    }

    init(from decoder: any Decoder) throws {
        step = try decoder.singleValueContainer().decode(Step.self)
        if step == .decodeArguments { throw Refusal() }
    }

    func encode(to encoder: any Encoder) throws {
        if step == .encodeArguments { throw Refusal() }
        var container = encoder.singleValueContainer()
        try container.encode(step)
    }

    func run(_ context: ExecutionContext) -> Result {
        Result(step: step)
    }

    struct Result: Codable {
        let step: Step

        init(step: Step) {
            self.step = step
        }

        init(from decoder: any Decoder) throws {
            throw Refusal()
        }

        func encode(to encoder: any Encoder) throws {
            if step == .encodeResult { throw Refusal() }
            var container = encoder.singleValueContainer()
            try container.encode(step)
        }
    }
}
