import GLibMainLoop

extension MainContext {
    /// Dispatches what is ready, until nothing is; never waits.
    ///
    /// - Returns: How many dispatches that took.
    @discardableResult
    func dispatchPending() -> Int {
        var count = 0
        while iterate(mayBlock: false) { count += 1 }
        return count
    }

    /// Dispatches, waiting for events, until `condition` holds.
    func iterate(until condition: () -> Bool) {
        while !condition() {
            iterate(mayBlock: true)
        }
    }
}
