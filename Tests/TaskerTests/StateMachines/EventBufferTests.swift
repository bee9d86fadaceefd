import TestSupport
import Testing

@testable import Tasker

@Suite struct EventBufferTests {
    private func take(_ buffer: inout EventBuffer<Int>) -> [Int] {
        var elements: [Int] = []
        while case .element(let element) = buffer.next() { elements.append(element) }
        return elements
    }

    /// Appends numbers and tells which were dropped.
    private func append(_ numbers: some Sequence<Int>, to buffer: inout EventBuffer<Int>) -> [Int] {
        var actions = EventBuffer<Int>.Actions()
        for number in numbers { buffer.append(number, &actions) }
        #expect(actions.resumptions.isEmpty)
        return actions.released
    }

    private func isFinished(_ buffer: inout EventBuffer<Int>) -> Bool {
        if case .finished = buffer.next() { true } else { false }
    }

    @Test func whatFitsComesInOrder() {
        var buffer = EventBuffer<Int>(.newest(4))
        #expect(append(1...4, to: &buffer) == [])
        #expect(take(&buffer) == [1, 2, 3, 4])
        #expect(append(5...6, to: &buffer) == [])
        #expect(take(&buffer) == [5, 6])
        #expect(buffer.droppedCount == 0)
    }

    @Test func theNewestAreKeptAndTheRestCounted() {
        var buffer = EventBuffer<Int>(.newest(3))
        #expect(append(1...10, to: &buffer) == Array(1...7))
        #expect(buffer.droppedCount == 7)
        #expect(take(&buffer) == [8, 9, 10])
    }

    @Test func theOldestAreKeptAndTheRestCounted() {
        var buffer = EventBuffer<Int>(.oldest(3))
        #expect(append(1...10, to: &buffer) == Array(4...10))
        #expect(buffer.droppedCount == 7)
        #expect(take(&buffer) == [1, 2, 3])
        #expect(append(11...11, to: &buffer) == [])
        #expect(take(&buffer) == [11])
    }

    @Test(arguments: [0, -1, Int.min, 1]) func aBufferOfNoneHoldsOne(count: Int) {
        var newest = EventBuffer<Int>(.newest(count))
        #expect(append(1...3, to: &newest) == [1, 2])
        #expect(take(&newest) == [3])
        var oldest = EventBuffer<Int>(.oldest(count))
        #expect(append(1...3, to: &oldest) == [2, 3])
        #expect(take(&oldest) == [1])
    }

    @Test func aHugeBufferTakesNoRoomBeforeItIsFilled() {
        var buffer = EventBuffer<Int>(.oldest(.max))
        #expect(append(1...2000, to: &buffer) == [])
        #expect(take(&buffer) == Array(1...2000))
    }

    @Test func afterTheEndWhatIsThereIsHandedOutAndNothingIsTakenIn() {
        var buffer = EventBuffer<Int>(.newest(8))
        _ = append(1...3, to: &buffer)
        #expect(buffer.finish().isEmpty)
        #expect(append(4...5, to: &buffer) == [4, 5])
        #expect(take(&buffer) == [1, 2, 3])
        #expect(isFinished(&buffer))
        #expect(isFinished(&buffer))
        #expect(buffer.droppedCount == 0)
    }

    @Test func whoWaitsIsServedFirstAndInTheOrderOfWaiting() async {
        var actions = EventBuffer<Int>.Actions()
        var buffer = EventBuffer<Int>(.newest(1))
        let received = Journal<String>()
        var consumers: [Task<Void, Never>] = []
        for name in ["a", "b", "c"] {
            let waiting = Journal<EventBuffer<Int>.Waiter>()
            // Runs here until it waits.
            consumers.append(
                Task.immediate {
                    let element = await withCheckedContinuation { waiting.append($0) }
                    received.append("\(name): \(element.map(String.init) ?? "nil")")
                }
            )
            guard case .empty = buffer.add(UInt64(consumers.count), waiting.values[0]) else {
                Issue.record("There is nothing to take.")
                return
            }
        }
        #expect(buffer.waiterCount == 3)
        buffer.remove(2)?.resume(returning: nil)
        #expect(buffer.remove(2) == nil)
        buffer.append(1, &actions)
        #expect(take(&buffer) == [])
        #expect(received.count == 0)
        actions.perform()
        buffer.finish().perform()
        for consumer in consumers { await consumer.value }
        #expect(received.values.sorted() == ["a: 1", "b: nil", "c: nil"])
    }
}
