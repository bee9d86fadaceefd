/// Hashed collections keep the room of their greatest size: after 100,000 tasks at once, 40 MB for nobody.
///
/// Small ones keep it, so that a manager which works off a task at a time allocates nothing here.
private let keptCapacity = 1024

extension Dictionary {
    /// Gives back the room of a burst when it is over.
    mutating func releaseSpareStorage() {
        if isEmpty, capacity > keptCapacity { self = [:] }
    }
}
