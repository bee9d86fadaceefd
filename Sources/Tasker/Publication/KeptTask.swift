/// A task that has ended and is kept, as it was last.
struct KeptTask: Sendable {
    let snapshot: TaskSnapshot
    /// What begins it again; nil: it cannot be.
    let retrial: Retrial?
    /// What tells those who wait for it, or did; nil if nobody may ask any more.
    let mark: TaskMark?

    /// Whether something of the application's may end with it.
    var holdsOthers: Bool {
        retrial != nil || snapshot.error != nil
    }
}
