import Synchronization

/// The number of entries in the folder, from the task that counts them to the one that shows progress by it.
final class EntryCount: Sendable {
    private let count = Atomic(0)

    /// Nil until a scan has found it.
    var value: Int? {
        let count = count.load(ordering: .relaxed)
        return count > 0 ? count : nil
    }

    func set(_ newValue: Int) {
        count.store(newValue, ordering: .relaxed)
    }
}
