import CTaskerBenchmarks

/// The cores that the process may use.
package enum Cores {
    /// Does something with one core for this thread and for those, and the programs, that it starts: waking an idle virtual core
    /// takes longer than all that is measured.
    package static func onOne<Result>(_ body: () throws -> Result) rethrows -> Result {
        let allowed = tasker_allowed_cores()
        tasker_use_cores(tasker_first_core(allowed))
        defer { tasker_use_cores(allowed) }
        return try body()
    }
}
