import Testing

@testable import Tasker

@Suite struct TaskEventsTests {
    private let hub = EventHub<TaskEvent>()
    private let record = TaskRecord(
        info: TaskInfo(kind: .thread, key: "key", created: TaskTimestamp(.zero)),
        scheduler: Scheduler(configuration: TaskManagerConfiguration()),
        start: .call { _ in nil }
    )

    private func send(_ kinds: TaskEvent.Kind...) {
        for kind in kinds { hub.append(TaskEvent(kind, of: record.snapshot(at: .zero))) }
        hub.deliver()
    }

    private func name(_ event: TaskEvent) -> String {
        switch event.kind {
        case .submitted: "submitted"
        case .started: "started"
        case .progressed: "progressed"
        case .retrying(let attempt, let delay, let error): "attempt \(attempt) after \(delay): \(error)"
        case .paused: "paused"
        case .resumed: "resumed"
        case .iteration(let number, let result): "iteration \(number): \((try? result.get()) ?? "failed")"
        case .completed: "completed"
        case .failed(let error): "failed: \(error)"
        case .cancelled(let reason): "cancelled: \(reason)"
        }
    }

    @Test func everyKindArrivesWithItsTaskAndWhatBelongsToIt() async {
        let events = TaskEvents(hub.subscribe(buffering: .newest(100)))
        send(
            .submitted,
            .started,
            .progressed,
            .retrying(attempt: 2, after: .seconds(3), error: CancellationError()),
            .paused,
            .resumed,
            .iteration(number: 1, result: .success("value")),
            .iteration(number: 2, result: .failure(CancellationError())),
            .completed,
            .failed(CancellationError()),
            .cancelled(.user)
        )
        var names: [String] = []
        var terminal: [Bool] = []
        for await event in events {
            #expect(event.id == record.id)
            #expect(event.task.key == "key")
            names.append(name(event))
            terminal.append(event.kind.isTerminal)
            if names.count == 11 { break }
        }
        #expect(
            names == [
                "submitted", "started", "progressed", "attempt 2 after 3.0 seconds: CancellationError()", "paused",
                "resumed", "iteration 1: value", "iteration 2: failed", "completed", "failed: CancellationError()",
                "cancelled: user",
            ]
        )
        #expect(terminal == Array(repeating: false, count: 8) + [true, true, true])
    }

    @Test func theSubscriptionBeginsWithTheCallAndNotWithTheIteration() async {
        let events = TaskEvents(hub.subscribe(buffering: .newest(1)))
        send(.submitted, .started)
        var iterator = events.makeAsyncIterator()
        #expect(events.droppedCount == 1)
        #expect(await iterator.next().map(name) == "started")
    }

    @Test func lettingGoOfSequenceAndIteratorUnsubscribes() {
        var iterator: TaskEvents.Iterator?
        do {
            let events = TaskEvents(hub.subscribe(buffering: .newest(1)))
            iterator = events.makeAsyncIterator()
        }
        #expect(hub.hasSubscribers)
        withExtendedLifetime(iterator) {}
        iterator = nil
        #expect(!hub.hasSubscribers)
    }

    @Test func leavingTheLoopUnsubscribes() async {
        let consumer = Task.immediate { [hub] in
            for await event in TaskEvents(hub.subscribe(buffering: .newest(4))) { return name(event) }
            return "none"
        }
        #expect(hub.hasSubscribers)
        send(.submitted)
        #expect(await consumer.value == "submitted")
        #expect(!hub.hasSubscribers)
    }

    @Test func cancellingTheConsumerEndsItsLoopAndUnsubscribes() async {
        let consumer = Task.immediate { [hub] in
            var count = 0
            for await _ in TaskEvents(hub.subscribe(buffering: .newest(4))) { count += 1 }
            return count
        }
        #expect(hub.hasSubscribers)
        consumer.cancel()
        #expect(await consumer.value == 0)
        #expect(!hub.hasSubscribers)
    }

    @Test func anIteratorThatHasEndedHasEndedForEver() async {
        let events = TaskEvents(hub.subscribe(buffering: .newest(4)))
        let iterator = await Task.immediate {
            var iterator = events.makeAsyncIterator()
            withUnsafeCurrentTask { $0?.cancel() }
            #expect(await iterator.next() == nil)
            return iterator
        }.value
        send(.submitted)
        var ended = iterator
        #expect(await ended.next() == nil)
        // The subscriber is another one's, too.
        var other = events.makeAsyncIterator()
        #expect(await other.next() != nil)
    }

    @Test func twoIteratorsShareTheirSubscriber() async {
        let events = TaskEvents(hub.subscribe(buffering: .newest(4)))
        send(.submitted, .started)
        var (first, second) = (events.makeAsyncIterator(), events.makeAsyncIterator())
        #expect(await first.next().map(name) == "submitted")
        #expect(await second.next().map(name) == "started")
    }

    @Test func theIterationStaysOnItsActor() async {
        actor Consumer {
            var count = 0

            func run(_ events: TaskEvents) async {
                for await _ in events {
                    preconditionIsolated()
                    count += 1
                    if count == 3 { break }
                }
            }
        }
        let consumer = Consumer()
        let events = TaskEvents(hub.subscribe(buffering: .newest(4)))
        async let end: Void = consumer.run(events)
        for _ in 0..<3 { send(.progressed) }
        await end
        #expect(await consumer.count == 3)
    }
}
