import Synchronization
import Testing

@testable import Tasker

/// Promise 35 in the queue: what a submit, a start, a change of priority and a cancel cost, in comparisons.
@Suite struct IndexedHeapCostTests {
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
    private var heap = IndexedHeap<CountedRank>()
    private var positions = HeapPositions()

    /// Ranks that are all over the queue, and each time the same.
    private mutating func set(_ item: Int32, salt: UInt64 = 0) {
        let value = (UInt64(item) &+ salt) &* 0x9E37_79B9_7F4A_7C15 >> 20
        heap.set(item, CountedRank(value: value, counter: counter), &positions)
    }

    private mutating func remove(_ item: Int32) {
        heap.remove(item, &positions)
    }

    private mutating func comparisons(_ body: (inout Self) -> Void) -> Int {
        let before = counter.comparisons.load(ordering: .relaxed)
        body(&self)
        return counter.comparisons.load(ordering: .relaxed) - before
    }

    private mutating func fill(_ count: Int32) {
        for item in 0..<count { set(item) }
    }

    /// Doubling the count adds a constant; each level of the heap costs an element a few comparisons.
    private func bound(_ count: Int32) -> Int {
        5 * (Int32.bitWidth - count.leadingZeroBitCount)
    }

    @Test(arguments: [1000, 100_000] as [Int32])
    func promise35SubmitAndStartCostTheLogarithm(count: Int32) {
        var own = self
        own.fill(count)
        for item in count..<count + 200 {
            #expect(own.comparisons { $0.set(item) } <= own.bound(count))
            let first = own.heap.first?.item ?? 0
            #expect(own.comparisons { $0.remove(first) } <= own.bound(count))
        }
    }

    @Test(arguments: [1000, 100_000] as [Int32])
    func promise35AChangeOfPriorityAndACancelCostTheLogarithm(count: Int32) {
        var own = self
        own.fill(count)
        for item in count / 2..<count / 2 + 200 {
            #expect(own.comparisons { $0.set(item, salt: 7) } <= own.bound(count))
            #expect(own.comparisons { $0.remove(item) } <= own.bound(count))
        }
    }

    @Test(arguments: [1000, 100_000] as [Int32])
    func promise35CancellingAllCostsTheLogarithmEach(count: Int32) {
        var own = self
        own.fill(count)
        let cancelling = own.comparisons { own in
            for item in 0..<count { own.remove(item) }
        }
        #expect(cancelling <= own.bound(count) * Int(count))
        #expect(own.heap.first == nil)
    }
}
