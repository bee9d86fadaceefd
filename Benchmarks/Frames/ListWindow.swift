import BenchmarkSupport
import CTaskerGTK
import GLibMainLoop
import Glibc
import Tasker
import TaskerGTK

/// A window with the list of tasks, and a count of its frames.
@MainActor
final class ListWindow {
    private let list: TaskListView
    private let window: Widget
    private var frames = FrameCount()

    init(_ proxy: TaskManagerProxy) {
        list = TaskListView(proxy)
        window = gtk_window_new()
        gtk_window_set_default_size(window.cast(to: GtkWindow.self), 900, 640)
        gtk_window_set_child(window.cast(to: GtkWindow.self), list.widget)
        // The clock goes on as long as somebody wants the next frame.
        Signals.tick(window) { [weak self] in self?.tick() }
        gtk_window_present(window.cast(to: GtkWindow.self))
    }

    private func tick() {
        guard let clock = gtk_widget_get_frame_clock(window) else { return }
        var interval: gint64 = 0
        gdk_frame_clock_get_refresh_info(clock, gdk_frame_clock_get_frame_time(clock), &interval, nil)
        frames.add(
            at: .microseconds(gdk_frame_clock_get_frame_time(clock)),
            interval: .microseconds(interval)
        )
    }

    /// Dispatches for a while, and says in a line what has been counted.
    func count(during load: ProgressLoad, for duration: Duration) -> String {
        // What was only begun when it was waited for does not count.
        run(for: .seconds(1))
        let (reports, processor) = (load.count, Self.processorTime)
        frames = FrameCount()
        run(for: duration)
        let (counted, memory) = (frames, Memory.current)
        let share = (Self.processorTime - processor) / duration
        let rate = Double(load.count - reports) / (duration / .seconds(1))
        return [
            "\(counted.count)".padded(to: 14),
            "\(percent(counted.share))".padded(to: 9),
            "\(Int(counted.longest / .milliseconds(1))) ms".padded(to: 11),
            "\(Int(rate))".padded(to: 18),
            percent(share).padded(to: 13),
            "\(memory.heap >> 20) MiB".padded(to: 12),
            "\(memory.resident >> 20) MiB",
        ].joined()
    }

    private func percent(_ share: Double) -> String {
        "\(Int((share * 1000).rounded())) ‰"
    }

    private func run(for duration: Duration) {
        let end = ContinuousClock.now + duration
        MainContext.default.addTimeout(every: duration) { .remove }
        while ContinuousClock.now < end { MainContext.default.iterate(mayBlock: true) }
    }

    /// Of this thread.
    private static var processorTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
