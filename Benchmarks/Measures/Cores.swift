import CTaskerBenchmarks

/// The cores that the process may use.
enum Cores {
    /// Does something with one core for this thread and for the threads and programs that it starts: waking an idle virtual
    /// core takes longer than all that is measured.
    static func onOne<Result>(_ body: () throws -> Result) rethrows -> Result {
        let allowed = tasker_allowed_cores()
        tasker_use_cores(tasker_first_core(allowed))
        defer { tasker_use_cores(allowed) }
        return try body()
    }
}
