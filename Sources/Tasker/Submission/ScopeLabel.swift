/// What a task's info says of its scope; not the ``ScopeCore``, whose view keeps the snapshots that keep this.
final class ScopeLabel: Sendable {
    let id = ScopeID.next()
    let name: String

    init(name: String) {
        self.name = name
    }

    /// The key of a scope's task, or of one without a scope, in the one table that there is.
    ///
    /// Keys are a scope's own: two plugins may both call a task "export".
    static func key(_ key: String, of scope: ScopeLabel?) -> String {
        if let scope { return "\u{0}\(scope.id.rawValue)\u{0}\(key)" }
        // Else somebody could name a scope's key.
        return key.utf8.first == 0 ? "\u{0}-\(key)" : key
    }
}
