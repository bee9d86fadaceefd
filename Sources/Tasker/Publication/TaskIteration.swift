/// An iteration of a periodic task that has ended.
public struct TaskIteration<Success: Sendable>: Sendable {
    /// Which one it was, counted from 1.
    public let number: Int
    /// What it resulted in, or why it failed.
    public let result: Result<Success, any Error>
}
