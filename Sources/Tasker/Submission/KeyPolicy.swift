/// What happens when a task is submitted with the key of a task that has not ended.
///
/// The bodies of one key never overlap, whichever is chosen. A task whose cancel was requested counts as live only in that
/// the new one waits for the end of its body.
public struct KeyPolicy: Hashable, Sendable {
    enum Storage {
        case replace
        case keep
        case enqueue
        case reject
    }

    let storage: Storage

    /// Cancels every task of the key; the new one starts when the running body has ended.
    public static let replace = KeyPolicy(storage: .replace)
    /// Does not submit the new one; its call returns the handle of the live task, whose callbacks stay its own.
    public static let keep = KeyPolicy(storage: .keep)
    /// Starts the new one after those that are there.
    public static let enqueue = KeyPolicy(storage: .enqueue)
    /// Fails the new one with ``TaskerError/Code/keyInUse``.
    public static let reject = KeyPolicy(storage: .reject)
}
