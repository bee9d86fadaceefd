import GLibMainLoop
import Glibc
import Tasker
import TestSupport

extension Scenario {
    /// What the pool of workers does, by the first word.
    static func pool(_ words: [String]) {
        var configuration = TaskManagerConfiguration()
        configuration.maximumProcesses = 2
        switch words.first {
        case "warm": asynchronously(configuration) { try await warm($0) }
        case "killedIdle": asynchronously(configuration) { try await killedIdle($0) }
        case "deadAtStart": asynchronously(configuration) { try await deadAtStart($0) }
        case "refused": asynchronously(configuration) { try await refused($0) }
        case "worn":
            configuration.maximumTasksPerWorker = 2
            asynchronously(configuration) { try await warm($0) }
        case "restarted":
            configuration.maximumProcesses = 1
            asynchronously(configuration) { try await restarted($0) }
        case "prewarmed": asynchronously(configuration) { try await prewarmed($0) }
        case "lateCancel": asynchronously(configuration) { try await lateCancel($0) }
        case "hungAtStart": asynchronously(configuration) { try await hungAtStart($0) }
        case "talking": asynchronously(configuration) { try await talking($0) }
        case "late": asynchronously(configuration) { try await late($0) }
        case "small":
            configuration.maximumWorkerMemory = 1
            asynchronously(configuration) { try await warm($0) }
        case "large":
            configuration.maximumWorkerMemory = 400 << 20
            asynchronously(configuration) { try await large($0) }
        case "hasty": asynchronously(configuration) { try await hasty($0) }
        case "lastWords": asynchronously(configuration) { try await lastWords($0) }
        case "frozen":
            configuration.responseTimeout = .seconds(1)
            asynchronously(configuration) { try await frozen($0) }
        case "unserved": asynchronously(configuration) { try await unserved($0) }
        default: exit(EX_USAGE)
        }
    }

    private static func asynchronously(
        _ configuration: TaskManagerConfiguration,
        _ body: @escaping @MainActor (TaskManagerProxy) async throws -> Void
    ) {
        MainQueueBridge.install()
        let proxy = TaskManagerProxy(configuration: configuration)
        Task { @MainActor in
            do { try await body(proxy) } catch { Report.line("error", "\(error)") }
            loop.quit()
        }
        loop.run()
    }

    /// Four tasks, one after the other.
    private static func warm(_ proxy: TaskManagerProxy) async throws {
        for _ in 0..<4 { Report.line("pid", "\(try await proxy.runProcess(Identity()).value)") }
        await proxy.shutdown()
        Report.line("children", "\(workers.count)")
    }

    /// Tasks that keep little, too much, and nothing.
    private static func large(_ proxy: TaskManagerProxy) async throws {
        for megabytes in [1, 1, 450, 1] {
            Report.line("pid", "\(try await proxy.runProcess(Hoarding(bytes: megabytes << 20)).value)")
        }
    }

    /// Kills the worker each time it has nothing to do, and gives it a task at once.
    private static func killedIdle(_ proxy: TaskManagerProxy) async throws {
        for _ in 0..<20 {
            let worker = try await proxy.runProcess(Identity()).value
            // One that is about to read when it is killed may still read the next request, and that counts as begun.
            while !ProcessTable.isAsleep(worker) { await Task.yield() }
            kill(worker, SIGKILL)
            let other = try await proxy.runProcess(Identity()).value
            Report.line("goesOn", "\(other != worker)")
        }
    }

    /// Workers that end before they serve, and then those that do not.
    private static func deadAtStart(_ proxy: TaskManagerProxy) async throws {
        setenv(deathVariable, "die", 1)
        for task in [proxy.runProcess(Identity(), name: "first"), proxy.runProcess(Identity(), name: "second")] {
            do {
                Report.line("value", "\(try await task.value)")
            } catch let error as TaskerError {
                Report.line("code", "\(error.code)")
                Report.line("safe", "\(error.isSafeToRetry)")
                Report.line("text", error.description)
            }
        }
        unsetenv(deathVariable)
        Report.line("alive", "\(try await proxy.runProcess(Identity()).value > 0)")
    }

    /// A worker that never serves, of which a shutdown leaves nothing.
    private static func hungAtStart(_ proxy: TaskManagerProxy) async throws {
        setenv(deathVariable, "hang", 1)
        let task = proxy.runProcess(Identity(), options: .gracePeriod(.milliseconds(10)))
        while workers.isEmpty { await Task.yield() }
        proxy.cancelAll()
        _ = try? await task.value
        Report.line("state", task.state.rawValue)
        await proxy.shutdown()
        Report.line("children", "\(workers.count)")
    }

    /// A worker whose program prints before it serves.
    private static func talking(_ proxy: TaskManagerProxy) async throws {
        setenv(deathVariable, "talk", 1)
        do {
            Report.line("value", "\(try await proxy.runProcess(Identity()).value)")
        } catch let error as TaskerError {
            Report.line("code", "\(error.code)")
            Report.line("text", error.description)
        }
    }

    /// A worker that reports on a task that it had before.
    private static func late(_ proxy: TaskManagerProxy) async throws {
        _ = try await proxy.runProcess(Identity()).value
        // The attempts that follow are the second and the third.
        let gate = makeGate()
        defer { unlink(gate) }
        for frame in [Forging.Frame.progress(0.9, run: 1), .progress(0.5, run: 3)] {
            let task = proxy.runProcess(Forging(frame: frame, path: gate), key: "forging") { _ in
            } whenEvent: { _ in
                let progress = proxy.task(key: "forging")?.progress
                Report.line("progress", progress.map { "\($0)" } ?? "none")
                Gated.open(gate)
            }
            Report.line("value", "\(try await task.value)")
        }
    }

    /// A worker that takes the next task before it has answered.
    private static func hasty(_ proxy: TaskManagerProxy) async throws {
        let gate = makeGate()
        defer { unlink(gate) }
        do {
            Report.line("value", "\(try await proxy.runProcess(Forging(frame: .ready(run: 1), path: gate)).value)")
        } catch let error as TaskerError {
            Report.line("text", error.description)
        }
        Report.line("alive", "\(try await proxy.runProcess(Identity()).value > 0)")
    }

    /// What a task says is not what the next one in the same worker has said last.
    private static func lastWords(_ proxy: TaskManagerProxy) async throws {
        for _ in 0..<4 {
            _ = try await proxy.runProcess(Printing()).value
            do {
                Report.line("value", "\(try await proxy.runProcess(Crashing(way: .exit)).value)")
            } catch let error as TaskerError {
                let tail = error.standardErrorTail ?? "none"
                Report.line("tail", tail.split(separator: "\n").joined(separator: " | "))
            }
        }
    }

    /// Somebody stops the worker: while it has a task, and while it waits for one.
    private static func frozen(_ proxy: TaskManagerProxy) async throws {
        let gate = makeGate()
        defer { unlink(gate) }
        let running = proxy.runProcess(Gated(path: gate), name: "gated") { _ in
        } whenEvent: { event in
            if let worker = try? event.value(as: Int.self) { kill(pid_t(worker), SIGSTOP) }
        }
        _ = try? await running.value
        Report.end(running)
        let worker = try await proxy.runProcess(Identity()).value
        kill(worker, SIGSTOP)
        // More than the connection holds, so that it waits to be read.
        let size = 32 << 20
        Report.line("goesOn", "\(try await proxy.runProcess(Burdened(byteCount: size)).value == size)")
    }

    /// The system does not serve the connection any more when the worker is to have a task.
    private static func unserved(_ proxy: TaskManagerProxy) async throws {
        _ = try await proxy.runProcess(Identity()).value
        // Before that it may not be able to serve a worker without a task.
        while !isPumpWaiting { await Task.yield() }
        var before = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before)
        // No poll of more descriptors than these.
        var few = rlimit(rlim_cur: 2, rlim_max: before.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &few)
        do {
            // More than the connection takes at once, so that it has to be polled.
            Report.line("value", "\(try await proxy.runProcess(Burdened(byteCount: 8 << 20)).value)")
        } catch let error as TaskerError {
            Report.line("code", "\(error.code)")
        }
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before)
        Report.line("alive", "\(try await proxy.runProcess(Identity()).value > 0)")
    }

    /// Whether the thread that serves the only worker waits for something.
    private static var isPumpWaiting: Bool {
        ProcessTable.entries(of: "/proc/self/task").contains { thread in
            let status = ProcessTable.contents(of: "/proc/self/task/\(thread)/stat")
            return String(decoding: status, as: UTF8.self).contains("(tasker-pump) S")
        }
    }

    /// The environment variable with which a worker of this program does not get as far as to serve.
    nonisolated static let deathVariable = "TASKER_TEST_HOST_DIES"

    private static func refused(_ proxy: TaskManagerProxy) async throws {
        for number in 1...6 {
            do {
                Report.line("value", "\(try await proxy.runProcess(Crashing(way: .kill), name: "crashing").value)")
            } catch let error as TaskerError {
                Report.line("text", "\(number) \(error.description)")
            }
        }
        Report.line("alive", "\(try await proxy.runProcess(Identity()).value > 0)")
    }

    /// Restarts the workers while one runs a task and another task waits.
    private static func restarted(_ proxy: TaskManagerProxy) async throws {
        let first = try await proxy.runProcess(Identity()).value
        let gate = makeGate()
        defer { unlink(gate) }
        let running = proxy.runProcess(Gated(path: gate)) { _ in
        } whenEvent: { _ in
            proxy.restartWorkers()
            Gated.open(gate)
        }
        let waiting = proxy.runProcess(Identity())
        let second = try await waiting.value
        Report.line("running", "\(running.state.rawValue)")
        Report.line("replaced", "\(first != second)")
        proxy.restartWorkers()
        Report.line("again", "\(try await proxy.runProcess(Identity()).value != second)")
    }

    private static func prewarmed(_ proxy: TaskManagerProxy) async throws {
        proxy.prewarmWorkers(5)
        while workers.count < 2 { await Task.yield() }
        let before = workers
        let tasks = (0..<2).map { _ in proxy.runProcess(Identity()) }
        for task in tasks { Report.line("known", "\(before.contains(try await task.value))") }
        Report.line("children", "\(workers.count)")
    }

    /// Cancels each task of many when its answer is on its way, with no grace: no signal reaches the next one's.
    private static func lateCancel(_ proxy: TaskManagerProxy) async throws {
        for number in 0..<200 {
            let cancelled = proxy.runProcess(Sum(count: 3), key: "late", options: .gracePeriod(.zero)) { _ in
            } whenEvent: { event in
                if (try? event.value(as: Int.self)) == 3 { proxy.cancelTask(key: "late") }
            }
            if number.isMultiple(of: 2) { _ = try? await cancelled.value }
            let next = proxy.runProcess(Identity())
            _ = try? await cancelled.value
            do { Report.line("next", "\(try await next.value > 0)") } catch { Report.line("next", "\(error)") }
        }
    }

    /// A named pipe that ``Gated`` can wait at.
    private static func makeGate() -> String {
        let gate = "/tmp/tasker-test-gate-\(getpid())"
        mkfifo(gate, 0o600)
        return gate
    }

    /// The processes that are this one's workers.
    private static var workers: Set<pid_t> {
        Set(
            ProcessTable.descendants(of: getpid()).filter {
                ProcessTable.commandLine(of: $0).contains("--tasker-worker")
            }
        )
    }
}
