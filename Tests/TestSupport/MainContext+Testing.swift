package import GLibMainLoop

extension MainContext {
    /// Dispatches what is ready, until nothing is; never waits.
    ///
    /// - Returns: How many dispatches that took. Far more than any test needs mean a source that never rests; then it
    ///   gives up, so that the test fails and does not hang.
    @discardableResult
    package func dispatchPending() -> Int {
        var count = 0
        while count < 10_000, iterate(mayBlock: false) { count += 1 }
        return count
    }

    /// Dispatches, waiting for events, until `condition` holds.
    package func iterate(until condition: () -> Bool) {
        while !condition() {
            iterate(mayBlock: true)
        }
    }
}
