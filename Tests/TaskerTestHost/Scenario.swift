import GLibMainLoop
import Glibc
import Tasker

/// What this program can be asked to do: the name, and a function of the other arguments.
@MainActor
enum Scenario {
    static let all: [String: @MainActor ([String]) -> Void] = [
        "plain": plain,
        "bridge": bridge,
        "busy": busy,
        "process": process,
        "unregistered": unregistered,
        "neighbours": neighbours,
        "updates": updates,
        "measured": measured,
        "asking": asking,
        "leftBehind": leftBehind,
        "logs": logs,
        "launched": launched,
        "calls": calls,
        "early": early,
        "command": command,
        "family": family,
        "guardian": guardian,
        "orphan": orphan,
        "leak": leak,
        "idle": idle,
        "reports": reports,
        "costs": costs,
        "trap": trap,
        "shutdownFinishing": shutdownFinishing,
        "shutdownKilling": shutdownKilling,
        "shutdownSubmitting": shutdownSubmitting,
        "cancelled": cancelled,
        "replaced": replaced,
        "halfway": halfway,
        "standardError": standardError,
        "volume": volume,
        "exhausted": exhausted,
        "flicker": flicker,
        "cancelWithoutDescriptors": cancelWithoutDescriptors,
        "later": later,
        "periodic": periodic,
        "timedOut": timedOut,
        "timedOutOnce": timedOutOnce,
        "pausing": pausing,
        "pausedAtStart": pausedAtStart,
        "pausedByMany": pausedByMany,
        "limits": limits,
        "pool": pool,
        "shared": shared,
        "terminal": terminal,
        "kills": kills,
    ]

    static let loop = MainLoop()

    /// Submits `work`, reports its events and its end, and quits the loop.
    static func report<Work: ProcessTask>(_ work: Work, cancels: Bool = false, grace: Duration? = nil) {
        taskManager.runProcess(work, name: "work", options: grace.map { .gracePeriod($0) } ?? []) { task in
            Report.end(task)
            loop.quit()
        } whenEvent: { event in
            let value = try? event.value(as: Int.self)
            Report.line("event", "\(event.name) \(value.map { "\($0)" } ?? "none")")
            if cancels { Report.line("cancel", "\(taskManager.cancelAll())") }
        }
        loop.run()
    }
}
