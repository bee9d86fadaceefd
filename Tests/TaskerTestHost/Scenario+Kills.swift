import Dispatch
import GLibMainLoop
import Glibc
import Synchronization
import Tasker
import TestSupport

extension Scenario {
    /// Kills workers at random moments while tasks stream through them: `tasks kills seed`.
    static func kills(_ words: [String]) {
        let numbers = words.compactMap { UInt64($0) }
        guard numbers.count == 3 else { return }
        MainQueueBridge.install()
        let stream = KilledStream(tasks: Int(numbers[0]), kills: Int(numbers[1]), seed: numbers[2])
        Task { @MainActor in
            await stream.run()
            loop.quit()
        }
        loop.run()
    }
}

/// A stream of tasks, and a thread that kills whatever child there is.
@MainActor
private final class KilledStream {
    private let proxy: TaskManagerProxy
    private let count: Int
    private var generator: SeededGenerator
    private var submitted = 0
    private var ends: [Int: Int] = [:]
    private var outcomes: [String: Int] = [:]
    private let killer: Killer

    init(tasks: Int, kills: Int, seed: UInt64) {
        var configuration = TaskManagerConfiguration()
        configuration.maximumProcesses = 4
        configuration.gracePeriod = .zero
        proxy = TaskManagerProxy(configuration: configuration)
        count = tasks
        generator = SeededGenerator(seed: seed)
        killer = Killer(kills: kills, tasks: tasks, seed: seed &+ 1)
    }

    func run() async {
        // What libraries open once, they have opened with the first worker.
        let before = await connectionsAfterAWorker()
        killer.start()
        for _ in 0..<min(16, count) { submit() }
        try? await proxy.waitUntilIdle()
        Report.line("kills", "\(killer.finish())")
        Report.line("tasks", "\(submitted)")
        Report.line("once", "\(ends.values.allSatisfy { $0 == 1 } && ends.count == submitted)")
        for (outcome, number) in outcomes.sorted(by: { $0.key < $1.key }) {
            Report.line("outcome", "\(outcome) \(number)")
        }
        // The pool is as it should be: it runs as many tasks at once as it may, each in a worker of its own.
        let last = (0..<4).map { _ in proxy.runProcess(Identity()) }
        for task in last {
            Report.line("last", (try? await task.value).map { _ in "completed" } ?? "\(task.state.rawValue)")
        }
        await proxy.shutdown()
        Report.line("connections", "\(before) \(await connectionsAfterAWorker())")
        Report.line("children", "\(Killer.children.filter { ProcessTable.parent(of: $0) != nil }.count)")
    }

    /// How many ends of connections this process has when a worker has come and gone.
    private func connectionsAfterAWorker() async -> Int {
        let proxy = TaskManagerProxy()
        _ = try? await proxy.runProcess(Identity()).value
        await proxy.shutdown()
        // A pidfd may be closed a moment later than its process's end is told.
        let descriptors = Holdings.current.descriptors
        return descriptors["pipe", default: 0] + descriptors["socket", default: 0]
    }

    private func submit() {
        guard submitted < count else { return }
        submitted += 1
        let number = submitted
        let handle =
            generator.isOne(in: 2) ? start(Identity(), number) : start(Sum(count: generator.below(100) + 1), number)
        if generator.isOne(in: 12) { handle() }
    }

    /// Starts a task; what is returned cancels it.
    private func start<Work: ProcessTask>(_ work: Work, _ number: Int) -> () -> Void {
        let handle = proxy.runProcess(work) { task in
            self.ends[number, default: 0] += 1
            self.killer.taskEnded()
            let code = (task.error as? TaskerError)?.code.description
            self.outcomes[code ?? task.state.rawValue, default: 0] += 1
            self.submit()
        }
        return { handle.cancel() }
    }
}

/// Kills a child of this process now and then, about as often as tasks end.
private final class Killer: Sendable {
    private struct State {
        var generator: SeededGenerator
        var ended = 0
        var killed = 0
        var isOver = false
    }

    private let state: Guarded<State>
    private let kills: Int
    private let tasks: Int
    private let over = DispatchSemaphore(value: 0)

    init(kills: Int, tasks: Int, seed: UInt64) {
        state = Guarded(State(generator: SeededGenerator(seed: seed)))
        self.kills = kills
        self.tasks = tasks
    }

    func taskEnded() {
        state.withLock { $0.ended += 1 }
    }

    func start() {
        DispatchQueue(label: "killer").async { [self] in
            while let turns = next() {
                // Some way into whatever comes next.
                for _ in 0..<turns { sched_yield() }
                let children = Self.children
                guard let child = state.withLock({ $0.generator.pick(children) }) else { continue }
                if kill(child, SIGKILL) == 0 { state.withLock { $0.killed += 1 } }
            }
            over.signal()
        }
    }

    /// How many turns to let pass before the next kill, nil when there is to be none.
    private func next() -> Int? {
        while true {
            let turns = state.withLock { state -> Int? in
                if state.isOver || state.killed >= kills { return -1 }
                // Little faster than the stream, so that none is left at its end.
                guard state.killed * tasks * 4 <= state.ended * kills * 5 else { return nil }
                return state.generator.below(300)
            }
            if let turns { return turns < 0 ? nil : turns }
            sched_yield()
        }
    }

    /// Returns how many were killed.
    func finish() -> Int {
        state.withLock { $0.isOver = true }
        over.wait()
        return state.withLock(\.killed)
    }

    static var children: [pid_t] {
        ProcessTable.children.filter { !ProcessTable.isSanitizers($0, of: getpid()) }
    }
}
