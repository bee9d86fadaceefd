import CTaskerGLib
import GLibMainLoop
import Tasker

extension Measure {
    private static let count = 100_000

    static let noop = Measure(
        name: "noop",
        summary: "\(count) functions that do nothing on threads, from submit to seen on main"
    ) { settings in
        Comparison(
            runs: settings.runs,
            [.init(name: "GTask") { figures(of: runGTasks) }, .init(name: "Tasker") { figures(of: runTasks) }]
        )
    }

    @MainActor
    private static func figures(of run: () -> Void) -> [Comparison.Figure] {
        let duration = ContinuousClock().measure(run)
        return [.init(name: "µs a task", value: duration / .microseconds(1) / Double(count))]
    }

    @MainActor
    private static func runTasks() {
        let proxy = TaskManagerProxy()
        var done = 0
        for _ in 0..<count { proxy.runThread({ _ in }, whenDone: { _ in done += 1 }) }
        MainContext.default.iterate { done == count }
    }

    @MainActor
    private static func runGTasks() {
        var done = 0
        withUnsafeMutablePointer(to: &done) { done in
            for _ in 0..<count { startGTask(done) }
            MainContext.default.iterate { done.pointee == count }
        }
    }

    /// Not of the main actor's, because its second closure runs on a thread of GLib's.
    ///
    /// - Parameter done: Counted up on the main thread.
    private static func startGTask(_ done: UnsafeMutablePointer<Int>) {
        let task = g_task_new(nil, nil, { _, _, done in done?.assumingMemoryBound(to: Int.self).pointee += 1 }, done)
        g_task_run_in_thread(task) { task, _, _, _ in g_task_return_boolean(task, 1) }
        g_object_unref(task.map(UnsafeMutableRawPointer.init))
    }
}
