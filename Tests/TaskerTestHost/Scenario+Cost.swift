import CTaskerGLib
import CTaskerTestHost
import Dispatch
import GLibMainLoop
import Glibc
import Tasker
import TestSupport

extension Scenario {
    // MARK: - What a report costs

    /// A million reports of a thread that may neither allocate nor call the system.
    static func reports(_ words: [String]) {
        var configuration = TaskManagerConfiguration()
        configuration.publicationInterval = .seconds(3600)
        let proxy = TaskManagerProxy(configuration: configuration)
        let gate = DispatchSemaphore(value: 0)
        let over = eventfd(0, 0)
        proxy.runThread { context in
            gate.wait()
            context.setProgress(0)
            gate.wait()
            // The first report since the last publication; this one lists the task.
            context.setProgress(0.25)
            let part = try context.subContext(base: 0.5, range: 0.5, total: 1_000_000)
            let allocations = allocations { for step in 0..<1_000_000 { part.setProgress(step) } }
            Report.line("allocations", "\(allocations.count)")
            let isStrict = tasker_become_strict()
            if isStrict { for step in 0..<1_000_000 { part.setProgress(step) } }
            let text: StaticString = isStrict ? "silent yes\n" : "silent unknown\n"
            _ = write(1, text.utf8Start, text.utf8CodeUnitCount)
            var one = UInt64(1)
            _ = write(over, &one, 8)
            // Here this thread ends, before it takes a lock.
            if isStrict { _ = getppid() }
        }
        MainContext.default.iterate { proxy.tasks.first?.state == .running }
        gate.signal()
        MainContext.default.iterate { proxy.tasks.first?.progress == 0 }
        gate.signal()
        MainContext.default.addDescriptor(over, events: .readable) { _ in
            MainActor.assumeIsolated { loop.quit() }
            return .remove
        }
        loop.run()
    }

    /// What the calling thread allocates in `body`.
    nonisolated private static func allocations(_ body: () -> Void) -> (count: Int, bytes: Int) {
        var (count, bytes) = (0, 0)
        tasker_count_allocations()
        body()
        tasker_counted_allocations(&count, &bytes)
        return (count, bytes)
    }

    // MARK: - What one task of many costs

    /// The bytes that the main thread allocates to submit, cancel and publish one task among few and among many.
    static func costs(_ words: [String]) {
        for count in [1000, 100_000] {
            var configuration = TaskManagerConfiguration()
            configuration.maximumThreads = 1
            let proxy = TaskManagerProxy(configuration: configuration)
            let gate = DispatchSemaphore(value: 0)
            proxy.runThread { _ in gate.wait() }
            let pending = (0..<count).map { _ in proxy.runThread { _ in }.id }
            MainContext.default.iterate { proxy.tasks.count == count + 1 }
            MainContext.default.dispatchPending()
            var bytes = (submit: [Int](), cancel: [Int](), publish: [Int]())
            for number in 0..<101 {
                bytes.submit.append(allocations { proxy.runThread { _ in } }.bytes)
                bytes.cancel.append(allocations { proxy.cancelTask(id: pending[count / 2 + number]) }.bytes)
                bytes.publish.append(allocations { MainContext.default.dispatchPending() }.bytes)
            }
            // Of the odd ones that make a table grow, each pays for many.
            for (name, values) in [("submit", bytes.submit), ("cancel", bytes.cancel), ("publish", bytes.publish)] {
                Report.line(name, "\(values.sorted()[values.count / 2])")
            }
            proxy.cancelAll()
            gate.signal()
            MainContext.default.iterate { proxy.overallProgress == 1 }
        }
    }

    // MARK: - What nothing costs

    /// A manager that has had tasks of every kind, and has none any more.
    static func idle(_ words: [String]) {
        taskManager.addCoroutine { $0.setProgress(0.5) }
        taskManager.runThread(
            { context in
                context.setMessage("busy")
                try context.sendEvent("event", 1)
            },
            whenEvent: { _ in }
        )
        taskManager.runProcess(Sum(count: 3))
        taskManager.runCommand(Command("true"))
        Task { @MainActor in
            try? await taskManager.waitUntilIdle()
            loop.quit()
        }
        loop.run()
        // What still has its last turn. A source that came back for ever would keep this from ending.
        while isToWake { MainContext.default.iterate(mayBlock: true) }
        Report.line("quiet")
        MainContext.default.addTimeout(every: .milliseconds(50)) {
            guard !threadNames.contains("tasker") else { return .continue }
            MainActor.assumeIsolated { loop.quit() }
            return .remove
        }
        loop.run()
        Report.line("wakes", "\(isToWake)")
    }

    /// Whether the main loop has something to do, or will have at a certain time.
    private static var isToWake: Bool {
        let context = MainContext.default.pointer
        precondition(g_main_context_acquire(context) != 0)
        defer { g_main_context_release(context) }
        var priority: gint = 0
        let isReady = g_main_context_prepare(context, &priority) != 0
        var timeout: gint = 0
        var descriptors = [GPollFD](repeating: GPollFD(), count: 64)
        g_main_context_query(context, .max, &timeout, &descriptors, gint(descriptors.count))
        return isReady || timeout != -1
    }

    nonisolated private static var threadNames: [String] {
        ProcessTable.entries(of: "/proc/self/task").compactMap { id in
            String(decoding: ProcessTable.contents(of: "/proc/self/task/\(id)/comm").prefix { $0 != 10 }, as: UTF8.self)
        }
    }
}
