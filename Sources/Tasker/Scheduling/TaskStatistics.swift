/// What a manager has done since it was made: how many tasks there were, and how long they waited and worked.
///
/// A value; any thread. Removing finished tasks from lists changes nothing here.
///
/// ```swift
/// let statistics = taskManager.statistics
/// print("\(statistics.count(in: .failed)) of \(statistics.total) tasks failed.")
/// ```
public struct TaskStatistics: Sendable {
    /// How long the tasks that began had waited, from the moment they were submitted until their first body began.
    ///
    /// Not of those that ended without having begun.
    public private(set) var waitingTime = DurationHistogram()
    /// How long the tasks that began and have ended had worked: without pauses, and without waits for another attempt or
    /// iteration.
    ///
    /// As ``TaskSnapshot/elapsed``.
    public private(set) var runningTime = DurationHistogram()

    private var counts: InlineArray<5, Int> = .init(repeating: 0)

    init() {}

    /// How many tasks were submitted.
    public var total: Int {
        TaskState.allCases.reduce(0) { $0 + count(in: $1) }
    }

    /// How many tasks are in a state, or have ended in it.
    public func count(in state: TaskState) -> Int {
        counts[Self.index(of: state)]
    }

    /// Counts a task that was taken in.
    mutating func addTask() {
        counts[Self.index(of: .pending)] += 1
    }

    /// Counts a step of a task, at a constant cost.
    ///
    /// - Parameter time: How long the task had waited, if it begins, or had worked, if it ends.
    mutating func move(from old: TaskState, to new: TaskState, after time: Duration) {
        counts[Self.index(of: old)] -= 1
        counts[Self.index(of: new)] += 1
        switch (old, new) {
        case (.pending, .running): waitingTime.record(time)
        case (.running, _): runningTime.record(time)
        default: break
        }
    }

    private static func index(of state: TaskState) -> Int {
        switch state {
        case .pending: 0
        case .running: 1
        case .completed: 2
        case .failed: 3
        case .cancelled: 4
        }
    }
}
