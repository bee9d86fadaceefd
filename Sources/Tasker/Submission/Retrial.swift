import GLibMainLoop

/// What it takes to begin a task again that has ended: its body and its callbacks, with what they own.
///
/// The manager keeps it, so it keeps neither that nor any of its tasks.
final class Retrial: Sendable {
    private typealias Make = @Sendable (Scheduler) -> TaskRecord

    /// nil: at the end.
    private let make: Lock<Make?>
    private let dependencies: [TaskMark]

    /// - Parameter dependencies: The tasks that are to end first.
    init(of template: TaskTemplate<some Sendable>, after dependencies: [TaskRecord]) {
        var template = template
        // Each has its manager.
        template.form.options.values.dependencies = nil
        make = Lock({ [template] in template.makeRecord(in: $0) })
        self.dependencies = dependencies.map { $0.makeMark() }
    }

    deinit {
        // The callbacks own what belongs to the main thread, such as windows, and it ends where the last task ends that pushes it out.
        guard !MainContext.default.isOwner else { return }
        let last = Lock(make.withLock { $0.take() })
        MainContext.default.addIdle {
            let make = last.withLock { $0.take() }
            withExtendedLifetime(make) {}
            return .remove
        }
    }

    /// Makes a record of the task, which has this too.
    func makeRecord(in scheduler: Scheduler) -> TaskRecord {
        guard let make = make.withLock({ $0 }) else { preconditionFailure("What makes a record has not ended.") }
        let record = make(scheduler)
        record.setRetrial(self)
        return record
    }

    /// The tasks that have not ended and are to, and whether one has ended that was to complete.
    var awaited: (records: [TaskRecord], hasFailed: Bool) {
        let readings = dependencies.map(\.reading)
        return (readings.compactMap(\.record), readings.contains { $0.end == .failed || $0.end == .cancelled })
    }
}
