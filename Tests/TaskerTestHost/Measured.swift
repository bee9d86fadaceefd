import Tasker

/// Reports in units, forgets it, reports less, and fails after the stage it is asked for.
struct Measured: ProcessTask {
    let stage: Int

    func run(_ context: ExecutionContext) async throws -> NoValue {
        let stages: [(ExecutionContext) async throws -> Void] = [
            { context in
                try context.setTotal(40, unit: ProgressUnit("pages"))
                try context.subContext(weight: 7, total: 2).setProgress(2)
                context.setProgress(3)
            },
            { $0.setIndeterminate() },
            { $0.setProgress(5) },
            { context in
                // Twice between two samples.
                context.setIndeterminate()
                context.setProgress(2)
            },
            { try await $0.onMain {} },
        ]
        for work in stages.prefix(stage) {
            try await work(context)
            context.flush()
        }
        throw CancellationError()
    }
}
