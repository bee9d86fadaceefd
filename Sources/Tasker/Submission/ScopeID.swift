import Synchronization

/// The identity of a ``TaskScope``: unique in the process for ever.
struct ScopeID: Hashable, Sendable {
    let rawValue: UInt64

    private static let last = Atomic<UInt64>(0)

    static func next() -> ScopeID {
        ScopeID(rawValue: last.wrappingAdd(1, ordering: .relaxed).newValue)
    }
}
