/// What it takes to begin a task again that has ended: its body and its callbacks, with what they own.
///
/// The manager keeps it, so it keeps neither that nor any of its tasks.
final class Retrial: Sendable {
    private let make: @Sendable (Scheduler) -> TaskRecord
    private let dependencies: [TaskMark]

    /// - Parameter dependencies: The tasks that are to end first.
    init(of template: TaskTemplate<some Sendable>, after dependencies: [TaskRecord]) {
        var template = template
        // Each has its manager.
        template.form.options.values.dependencies = nil
        make = { [template] in template.makeRecord(in: $0) }
        self.dependencies = dependencies.map { $0.makeMark() }
    }

    /// Makes a record of the task, which has this too.
    func makeRecord(in scheduler: Scheduler) -> TaskRecord {
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
