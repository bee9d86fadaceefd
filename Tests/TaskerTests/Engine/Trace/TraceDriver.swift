import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// Does at random whatever can be asked of a manager, from one of several threads.
struct TraceDriver {
    let thread: Int
    let proxy: TaskManagerProxy
    let trace: EngineTrace
    let clock: ManualClock
    let shared: SharedHandles
    private var random: SeededGenerator
    private var marker: TaskHandle<Int>?
    /// The task that goes on until it is told to end.
    private var endless: TaskHandle<Int>?
    private var scope: TaskScope

    /// The limits that a thread changes, and between what.
    static let limits: [(scope: LimitScope, limits: ClosedRange<Int>)] = [
        (.all, 3...6), (.kind(.thread), 1...4), (.kind(.coroutine), 1...4), (.group("group 0"), 1...2),
    ]

    /// Tasks that all threads know.
    final class SharedHandles: Sendable {
        private let handles = Lock<[TaskHandle<Int>]>([])

        func add(_ handle: TaskHandle<Int>) {
            handles.withLock { $0.append(handle) }
        }

        var all: [TaskHandle<Int>] {
            handles.withLock { $0 }
        }

        func pick(_ random: inout SeededGenerator) -> TaskHandle<Int>? {
            let number = random.next()
            return handles.withLock { handles in
                guard !handles.isEmpty else { return nil }
                // Mostly one of the newest: the others have ended.
                let range = number % 8 == 0 ? handles.count : min(handles.count, 30)
                return handles[handles.count - 1 - Int((number >> 8) % UInt64(range))]
            }
        }

        func removeAll() {
            let old = handles.withLock { handles in
                defer { handles = [] }
                return handles
            }
            _ = old
        }
    }

    init(
        thread: Int,
        seed: UInt64,
        proxy: TaskManagerProxy,
        clock: ManualClock,
        trace: EngineTrace,
        shared: SharedHandles
    ) {
        (self.thread, self.trace, self.shared) = (thread, trace, shared)
        (self.proxy, self.clock) = (proxy, clock)
        random = SeededGenerator(seed: seed &+ UInt64(thread) &* 0x1000_0000_0001)
        scope = proxy.scope("scope \(thread)")
    }

    mutating func run(steps: Int) {
        for _ in 0..<steps { takeStep() }
        proxy.resume()
        scope.close()
        marker?.cancel()
        endless?.cancel(noting: trace)
    }

    private mutating func takeStep() {
        switch random.below(100) {
        case ..<40: submit()
        case ..<50: cancel()
        case ..<58: pauseOrResume()
        case ..<63: reprioritise()
        case ..<69: changeLimit()
        case ..<72: addDependency()
        case ..<90: clock.advance(by: .microseconds(random.below(800)))
        case ..<96: ask()
        default: doSomethingRare()
        }
    }

    // MARK: - Submit

    private mutating func submit() {
        var order = TraceOrder(thread: thread)
        order.comesTooLate = !proxy.isRunning
        order.kind = random.isOne(in: 2) ? .coroutine : .thread
        if random.isOne(in: 60) { order.kind = .command }
        order.isPlain = random.isOne(in: 3)
        if !order.isPlain { describe(&order) }
        order.steps = random.below(6)
        order = trace.add(order)
        if order.kind == .command { return submitCommand(order) }
        let handle = submit(order, to: order.key?.hasPrefix("scope") == true ? scope : nil)
        trace.append(.submitted(order.number, handle.id))
        shared.add(handle)
        guard order.isEndless else { return }
        endless?.cancel(noting: trace)
        endless = handle
    }

    private mutating func describe(_ order: inout TraceOrder) {
        if random.isOne(in: 2) {
            let isScoped = random.isOne(in: 4)
            order.key = isScoped ? "scope \(thread) key" : "key \(random.below(5))"
            order.policy = random.pick([.replace, .keep, .enqueue, .reject])
        }
        order.priority = random.pick([.low, .normal, .high, 7])!
        if random.isOne(in: 3) { order.group = "group \(random.below(2))" }
        order.isAbandonable = random.isOne(in: 5)
        order.isHidden = random.isOne(in: 8)
        order.failures = random.isOne(in: 3) ? random.below(4) : 0
        order.isEndless = order.kind == .coroutine && random.isOne(in: 15)
    }

    private mutating func submit(_ order: TraceOrder, to scope: TaskScope?) -> TaskHandle<Int> {
        let options = makeOptions(order)
        let body = order.kind == .coroutine ? coroutine(order) : thread(order)
        let trace = trace
        let metadata = ["number": "\(order.number)"]
        let whenDone: @MainActor @Sendable (TaskHandle<Int>) -> Void = { trace.done(order, $0.snapshot) }
        let whenEvent: @MainActor @Sendable (TaskMessage) -> Void = { message in
            guard let note = try? message.value(as: TraceRun.Note.self) else { return }
            trace.append(.received(note.task, note.number))
        }
        if !order.isPlain, order.key == nil, random.isOne(in: 6) {
            return proxy.runPeriodic(
                every: .microseconds(random.below(2000)),
                body,
                priority: order.priority,
                metadata: metadata,
                options: options,
                count: 1 + random.below(4),
                overrun: random.isOne(in: 2) ? .skip : .runLate,
                stopsOnFailure: random.isOne(in: 2),
                whenIteration: { trace.append(.iterated(order.number, $0.number)) },
                whenDone: whenDone,
                whenEvent: whenEvent
            )
        }
        let delay = order.isPlain || !random.isOne(in: 6) ? Duration.zero : .microseconds(random.below(2000))
        if let scope {
            return scope.runLater(
                after: delay,
                body,
                key: "key",
                priority: order.priority,
                metadata: metadata,
                options: options,
                whenDone: whenDone,
                whenEvent: whenEvent
            )
        }
        return proxy.runLater(
            after: delay,
            body,
            key: order.key,
            priority: order.priority,
            metadata: metadata,
            options: options,
            whenDone: whenDone,
            whenEvent: whenEvent
        )
    }

    private mutating func makeOptions(_ order: TraceOrder) -> TaskOptions {
        guard !order.isPlain else { return [] }
        var options: [TaskOptions] = []
        if let policy = order.policy { options.append(.keyPolicy(policy)) }
        if let group = order.group { options.append(.group(group)) }
        if order.isAbandonable { options.append(.abandonable) }
        if order.isHidden { options.append(.hidden) }
        if random.isOne(in: 3) { options.append(.retrying(3, .constant(.microseconds(random.below(500))))) }
        if random.isOne(in: 8) { options.append(.timeout(.microseconds(random.below(3000)))) }
        if random.isOne(in: 10) { options.append(.deadline(.microseconds(random.below(6000)))) }
        if random.isOne(in: 4) {
            let others = (0...random.below(2)).compactMap { _ in shared.pick(&random) }
            options.append(.after(others, runsRegardless: random.isOne(in: 2)))
        }
        return TaskOptions(options)
    }

    private mutating func submitCommand(_ order: TraceOrder) {
        let trace = trace
        let handle = proxy.runCommand(
            Command("true"),
            key: order.key,
            priority: order.priority,
            metadata: ["number": "\(order.number)"],
            options: makeOptions(order),
            whenDone: { trace.done(order, $0.snapshot) }
        )
        trace.append(.submitted(order.number, handle.id))
    }

    // MARK: - Bodies

    private func thread(_ order: TraceOrder) -> TaskBody<Int> {
        .thread { [trace, proxy] context in
            let run = TraceRun(order, context, trace, proxy)
            run.begin()
            defer { run.end() }
            for step in 0..<order.steps {
                let note = run.makeNote(step)
                try context.sendEvent("note", note)
                run.sent(note)
                sched_yield()
                run.leave()
                try context.checkpoint()
                run.enter()
            }
            return try run.result()
        }
    }

    private func coroutine(_ order: TraceOrder) -> TaskBody<Int> {
        .coroutine { [trace, proxy, clock] context in
            let run = TraceRun(order, context, trace, proxy)
            run.begin()
            defer { run.end() }
            for step in 0..<order.steps {
                let note = run.makeNote(step)
                try await context.sendEvent("note", note)
                run.sent(note)
                if step == 3 { try await clock.sleep(for: .microseconds(300)) }
                run.leave()
                try await context.checkpoint()
                run.enter()
            }
            while order.isEndless { try await clock.sleep(for: .seconds(1000)) }
            return try run.result()
        }
    }

    // MARK: - Others

    private mutating func cancel() {
        switch random.below(8) {
        case 0: proxy.cancelTask(key: "key \(random.below(5))")
        case 1: scope.cancelTask(key: "key")
        case 2: scope.cancelAll()
        default: shared.pick(&random)?.cancel(noting: trace)
        }
    }

    private mutating func pauseOrResume() {
        guard let handle = shared.pick(&random) else { return }
        switch random.below(12) {
        case ..<5:
            trace.append(.touched(handle.id))
            handle.pause()
        case ..<9: handle.resume()
        case 9: proxy.pauseGroup("group \(random.below(2))")
        default: proxy.resumeGroup("group \(random.below(2))")
        }
    }

    private mutating func reprioritise() {
        guard let handle = shared.pick(&random) else { return }
        let before = handle.state
        let changed = proxy.setPriority(SchedulingPriority(rawValue: random.below(50)), id: handle.id)
        trace.append(.reprioritised(handle.id, changed: changed, before: before))
    }

    /// Changes the thread's limit, between two events of a task that waits for ever: so the events tell when it was.
    private mutating func changeLimit() {
        let (place, range) = Self.limits[thread]
        if marker?.state != .pending {
            let order = trace.add(TraceOrder(thread: thread, isHidden: true, comesTooLate: !proxy.isRunning))
            let trace = trace
            marker = proxy.runLater(
                after: .seconds(1_000_000),
                thread(order),
                metadata: ["number": "\(order.number)"],
                options: .hidden,
                whenDone: { trace.done(order, $0.snapshot) }
            )
            marker.map { trace.append(.submitted(order.number, $0.id)) }
        }
        guard let marker else { return }
        let limit = range.lowerBound + random.below(range.count)
        guard marker.pause() else { return }
        trace.add(TraceLimit(place: place, limit: limit), marker: marker.id)
        proxy.setLimit(limit, of: place)
        marker.resume()
    }

    private mutating func addDependency() {
        guard let handle = shared.pick(&random), let other = shared.pick(&random) else { return }
        trace.append(.touched(handle.id))
        do {
            try handle.addDependency(other)
        } catch {
            XCTAssertEqual((error as? TaskerError)?.code, .dependencyCycle)
        }
    }

    private mutating func ask() {
        switch random.below(6) {
        case 0: _ = proxy.tasks(in: [.pending, .running], order: .newestFirst)
        case 1: _ = proxy.task(key: "key \(random.below(5))")
        case 2: _ = proxy.statistics.total
        case 3: shared.pick(&random).map { _ = proxy.updateProgress(0.5, id: $0.id) }
        case 4: _ = proxy.limit(of: .all)
        default: _ = shared.pick(&random)?.snapshot
        }
    }

    private mutating func doSomethingRare() {
        switch random.below(12) {
        case 0...3: proxy.pause()
        case 4...8: proxy.resume()
        case 9:
            scope.close()
            scope = proxy.scope("scope \(thread)")
        case 10: proxy.cancelAll()
        default: proxy.removeFinishedTasks()
        }
    }
}

extension TaskHandle {
    fileprivate func cancel(noting trace: EngineTrace) {
        let before = state
        let changed = cancel()
        trace.append(.cancelled(id, changed: changed, before: before, after: state))
    }
}
