/// What a periodic task does when an iteration took so long that the time of the next one, or of several, has passed.
///
/// Iterations never overlap, whichever is chosen, and keep to the grid of their interval. With an interval of 10 s and an
/// iteration that takes from 0 s to 25 s:
///
/// | policy | the next ones begin at |
/// |---|---|
/// | ``skip`` | 30 s, 40 s, 50 s |
/// | ``runLate`` | 25 s, 30 s, 40 s |
public struct OverrunPolicy: Hashable, Sendable {
    enum Storage {
        case skip
        case runLate
    }

    let storage: Storage

    /// Leaves out what was missed; the next iteration begins at the next time of the grid.
    public static let skip = OverrunPolicy(storage: .skip)
    /// Runs one iteration at once, however many were missed, and goes on with the next time of the grid.
    public static let runLate = OverrunPolicy(storage: .runLate)
}
