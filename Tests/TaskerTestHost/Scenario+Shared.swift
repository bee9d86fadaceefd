import GLibMainLoop
import Glibc
import Tasker
import TestSupport

extension Scenario {
    /// Shared buffers, by the first word: direct, or behind a launcher that passes bytes only.
    static func shared(_ words: [String]) {
        var configuration = TaskManagerConfiguration()
        configuration.maximumProcesses = 1
        if words.first == "relayed" {
            configuration.workerLauncher = .command(prefix: [CommandLine.arguments[0], "relay", "lines"])
        }
        MainQueueBridge.install()
        let proxy = TaskManagerProxy(configuration: configuration)
        Task { @MainActor in
            do { try await share(proxy, words) } catch { Report.line("error", "\(error)") }
            await proxy.shutdown()
            loop.quit()
        }
        loop.run()
    }

    private static func share(_ proxy: TaskManagerProxy, _ words: [String]) async throws {
        _ = try await proxy.runProcess(Identity()).value
        let before = ProcessTable.entries(of: "/proc/self/fd").count
        let isDirect = words.first == "direct"
        // Copies take their time.
        for _ in 0..<(isDirect ? 100 : 5) { try await shareOnce(proxy) }
        try await leave(proxy)
        if isDirect {
            try await mistake()
            try await retry(proxy)
            try await lose(proxy)
            try await starve(proxy)
        }
        // Of another worker.
        _ = try await proxy.runProcess(Identity()).value
        Report.line("descriptors", "\(descriptors)")
        // Of all kinds. A pidfd may be closed a moment later than its process's end is told; what stays, stays until the watchdog.
        while ProcessTable.entries(of: "/proc/self/fd").count > before { await Task.yield() }
        Report.line("more", "none")
        Report.line("mappings", "\(mappings)")
    }

    private static func shareOnce(_ proxy: TaskManagerProxy) async throws {
        let buffers = [
            try SharedBuffer([1, 2, 3]), try SharedBuffer(byteCount: 0), try SharedBuffer(byteCount: 1 << 20),
        ]
        let result = try await proxy.runProcess(Sharing(buffers: buffers)) { _ in
        } whenEvent: { event in
            Report.line("event", (try? event.value(as: SharedBuffer.self)).map(text) ?? "none")
        }.value
        Report.line("shared", buffers.map(text).joined(separator: " "))
        Report.line("result", text(result))
    }

    /// What a worker has written that then died.
    private static func leave(_ proxy: TaskManagerProxy) async throws {
        let dying = try SharedBuffer([0, 0])
        Report.line("held", "\(descriptors > 0 && mappings > 0)")
        _ = try? await proxy.runProcess(DyingHolder(buffer: dying)).value
        Report.line("left", text(dying))
    }

    /// A worker that does not know one task, and then has another one, with another buffer.
    private static func mistake() async throws {
        setenv(deathVariable, "few", 1)
        defer { unsetenv(deathVariable) }
        var configuration = TaskManagerConfiguration()
        configuration.maximumProcesses = 1
        let proxy = TaskManagerProxy(configuration: configuration)
        let (unknown, known) = (try SharedBuffer([1]), try SharedBuffer([1]))
        do {
            _ = try await proxy.runProcess(DyingHolder(buffer: unknown)).value
        } catch let error as TaskerError {
            Report.line("unknown", "\(error.code)")
        }
        _ = try await proxy.runProcess(Sharing(buffers: [known])).value
        Report.line("mistaken", "\(text(unknown)) \(text(known))")
        await proxy.shutdown()
    }

    /// A crash may be retried; what the first attempt has written tells the second one of it.
    private static func retry(_ proxy: TaskManagerProxy) async throws {
        let retried = try SharedBuffer([0])
        let task = proxy.runProcess(DyingHolder(buffer: retried), options: .retrying(1, .constant(.zero)))
        _ = try await task.value
        Report.line("retried", text(retried))
    }

    /// What a worker cannot take, because it has no descriptors left; the next task has another worker.
    private static func lose(_ proxy: TaskManagerProxy) async throws {
        _ = try await proxy.runProcess(DescriptorHoarder()).value
        let lost = try SharedBuffer([1])
        // One or two may find room: what somebody else had for a moment.
        let others = try (0..<20).map { _ in try SharedBuffer([1]) }
        do {
            _ = try await proxy.runProcess(Sharing(buffers: [lost] + others)).value
        } catch let error as TaskerError {
            Report.line("lost", "\(error.code) \(text(lost))")
        }
        _ = try await proxy.runProcess(Sharing(buffers: [lost])).value
        Report.line("found", text(lost))
    }

    /// What the application cannot take, because it has no descriptors left; a later task has another worker.
    private static func starve(_ proxy: TaskManagerProxy) async throws {
        _ = try await proxy.runProcess(Identity()).value
        var before = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before)
        var few = rlimit(rlim_cur: 256, rlim_max: before.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &few)
        var held: [Int32] = []
        while case let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC), descriptor >= 0 { held.append(descriptor) }
        do {
            _ = try await proxy.runProcess(Producing(count: 20)).value
        } catch let error as TaskerError {
            Report.line("starved", "\(error.code)")
        }
        for descriptor in held { close(descriptor) }
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before)
        Report.line("fed", "\(try await proxy.runProcess(Producing(count: 20)).value.count)")
    }

    private static func text(_ buffer: SharedBuffer) -> String {
        buffer.withUnsafeBytes { "\(buffer.count):\($0.prefix(3).map { "\($0)" }.joined(separator: ","))" }
    }

    private static var descriptors: Int {
        Holdings.current.descriptors["/memfd"] ?? 0
    }

    private static var mappings: Int {
        String(decoding: ProcessTable.contents(of: "/proc/self/maps"), as: UTF8.self).split(separator: "\n")
            .count { $0.contains("memfd:tasker") }
    }
}
