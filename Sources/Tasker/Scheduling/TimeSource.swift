import CTaskerGLib

/// The clock of a manager: every delay, timeout, rank and average is told in its ``Uptime``.
struct TimeSource: Sendable {
    /// The present moment.
    let now: @Sendable () -> Uptime
    /// Sleeps until a moment has come.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled.
    let sleep: @Sendable (Uptime) async throws -> Void

    /// - Parameter clock: Zero is its present moment.
    init(_ clock: some Clock<Duration>) {
        // Before the clock's present moment: then a sleep ends after the moment, never before, when its timer would be set again.
        let zero = tasker_nanoseconds_since_boot()
        let start = clock.now
        sleep = { moment in try await clock.sleep(until: start.advanced(by: moment.duration), tolerance: nil) }
        if clock is ContinuousClock {
            // The same clock, read directly: a submission needs it, and a 128-bit division costs as much as the reading.
            now = { Uptime(nanoseconds: Int64(tasker_nanoseconds_since_boot() - zero)) }
        } else {
            now = { Uptime(elapsed: start.duration(to: clock.now)) }
        }
    }

    func timestamp() -> TaskTimestamp {
        TaskTimestamp(now())
    }
}
