import Tasker

/// Does its work on the worker's main actor.
struct OnMainActor: ProcessTask {
    @MainActor private static var count = 0

    func run(_ context: ExecutionContext) async throws -> Int {
        let first = await MainActor.run { () -> Int in
            MainActor.preconditionIsolated()
            Self.count += 1
            return Self.count
        }
        let second = await Task { @MainActor in
            Self.count += 10
            return Self.count
        }.value
        return first + second
    }
}
