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
    /// The application ends: its loop has ended, and what is sent now is still sent.
    func close()
}

/// What has happened to the tasks since the change before.
struct DesktopChange {
    let now: Duration
    let tasks: TaskList
    /// The tasks whose bodies run now and did not.
    let began: [TaskID]
    /// The tasks that ran and do not any more; as they were last, unless they have left the list unseen.
    let ended: [(id: TaskID, last: TaskSnapshot?)]
    /// The tasks of which something is different, or may be.
    let changed: [TaskID]
}

/// What is to be seen at a moment.
struct DesktopMoment {
    let now: Duration
    let activity: Activity

    enum Activity {
        /// Nothing has run long enough to be shown.
        case none
        /// So many tasks run.
        case running(Int)
        /// None runs, and another one may follow.
        case resting
    }
}
