/// What a task's info says of its scope; not the ``ScopeCore``, whose view keeps the snapshots that keep this.
final class ScopeLabel: Sendable {
    let id = ScopeID.next()
    let name: String

    init(name: String) {
        self.name = name
    }

    /// Keys are a scope's own: two plugins may both call a task "export".
    func key(_ key: String) -> String {
        "\(id.rawValue)\u{0}\(key)"
    }
}
