import Tasker

/// One thing that the desktop is told.
@MainActor
protocol DesktopPart: AnyObject {
    /// Takes note of what has happened to the tasks.
    func update(_ change: DesktopChange)
    /// Does what is due; called behind each ``update(_:)`` and at ``nextLook``.
    func look(_ moment: DesktopMoment)
    /// When something will be due; nil: not without another change.
    var nextLook: Duration? { get }
    /// The application ends.
    func close()
}

/// What has happened to the tasks since the change before.
struct DesktopChange {
    let now: Duration
    let tasks: TaskList
    /// The tasks whose bodies run now and did not.
    let began: [TaskID]
    /// The tasks that ran and do not any more, as they were last, but for those of which nothing is known any more.
    let ended: [TaskSnapshot]
}

/// What is to be seen at a moment.
struct DesktopMoment {
    let now: Duration
    /// How many tasks run, if one has run long enough to be shown; else 0.
    let shownCount: Int
}
