#if Metrics
import Metrics

/// Counts what happens to tasks and measures how long they wait and run, for whichever metrics system the application has set up.
///
/// Counters `tasker_tasks_submitted`, `_completed`, `_failed`, `_cancelled` and `_retried`, timers `tasker_task_waiting` and
/// `tasker_task_running`, each with the dimension `kind`.
struct TaskMetrics: TaskReporter {
    func report(_ event: TaskEvent) {
        let dimensions = [("kind", event.task.kind.description)]
        func count(_ what: String) {
            Counter(label: "tasker_tasks_\(what)", dimensions: dimensions).increment()
        }
        func time(_ what: String, _ duration: Duration) {
            Timer(label: "tasker_task_\(what)", dimensions: dimensions)
                .recordNanoseconds(duration.bounded.wholeNanoseconds)
        }
        switch event.kind {
        case .submitted: count("submitted")
        case .started:
            if let started = event.task.started { time("waiting", event.task.created.duration(to: started)) }
        case .retrying: count("retried")
        case .completed: count("completed")
        case .failed: count("failed")
        case .cancelled: count("cancelled")
        case .progressed, .paused, .resumed, .iteration: break
        }
        if event.kind.isTerminal, event.task.started != nil { time("running", event.task.elapsed) }
    }
}
#endif
