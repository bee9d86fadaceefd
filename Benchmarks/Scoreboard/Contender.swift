/// One of those who are compared.
struct Contender {
    let name: String
    /// Runs once; nil: it is not installed.
    let run: @MainActor () -> [Figure]?

    struct Figure {
        /// As in the scores, with their unit.
        let name: String
        let value: Double
    }

    init(_ name: String, _ run: @escaping @MainActor () -> [Figure]?) {
        (self.name, self.run) = (name, run)
    }
}
