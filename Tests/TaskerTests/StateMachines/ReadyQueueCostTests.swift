import Synchronization
import Testing

@testable import Tasker

/// Promise 35 in the queue: what a submit, a start and a cancel cost, in comparisons.
@Suite struct ReadyQueueCostTests {
    private final class Counter: Sendable {
        let comparisons = Atomic(0)
    }

    private struct CountedRank: Comparable {
        let value: UInt64
        let counter: Counter

        static func < (lhs: Self, rhs: Self) -> Bool {
            lhs.counter.comparisons.wrappingAdd(1, ordering: .relaxed)
            return lhs.value < rhs.value
        }

        static func == (lhs: Self, rhs: Self) -> Bool {
            lhs.value == rhs.value
        }
    }

    private let counter = Counter()
    private var queue = ReadyQueue<CountedRank>()

    /// Ranks that are all over the queue, and each time the same.
    private mutating func insert(_ number: UInt64) {
        let rank = CountedRank(value: number &* 0x9E37_79B9_7F4A_7C15 >> 20, counter: counter)
        queue.insert(TaskID(rawValue: number), rank: rank)
    }

    private mutating func comparisons(_ body: (inout Self) -> Void) -> Int {
        let before = counter.comparisons.load(ordering: .relaxed)
        body(&self)
        return counter.comparisons.load(ordering: .relaxed) - before
    }

    private mutating func fill(_ count: UInt64) {
        for number in 0..<count { insert(number) }
    }

    /// Doubling the count adds a constant; each level of the heap costs an element a few comparisons.
    private func bound(_ count: UInt64) -> Int {
        5 * (UInt64.bitWidth - count.leadingZeroBitCount)
    }

    @Test(arguments: [1000, 100_000] as [UInt64])
    func promise35SubmitAndStartCostTheLogarithm(count: UInt64) {
        var own = self
        own.fill(count)
        for number in count..<count + 200 {
            let inserting = own.comparisons { $0.insert(number) }
            #expect(inserting <= own.bound(count))
            let removing = own.comparisons { $0.queue.removeFirst() }
            #expect(removing <= own.bound(count))
        }
    }

    @Test(arguments: [1000, 100_000] as [UInt64])
    func promise35ACancelInTheMiddleComparesNothing(count: UInt64) {
        var own = self
        own.fill(count)
        for number in count / 2..<count / 2 + 200 {
            #expect(own.comparisons { $0.queue.remove(TaskID(rawValue: number)) } == 0)
        }
    }

    @Test(arguments: [1000, 100_000] as [UInt64])
    func promise35CancellingAllCostsAConstantEach(count: UInt64) {
        var own = self
        own.fill(count)
        let cancelling = own.comparisons { own in
            for number in 0..<count { own.queue.remove(TaskID(rawValue: number)) }
        }
        #expect(cancelling <= 5 * Int(count))
        #expect(own.queue.first() == nil)
    }
}
