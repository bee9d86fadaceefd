import TestSupport
import Testing

@testable import Tasker

@Suite struct IndexedHeapTests {
    private var heap = IndexedHeap<Int>()
    private var positions = HeapPositions()

    private mutating func drain() -> [Int32] {
        var items: [Int32] = []
        while let first = heap.first {
            items.append(first.item)
            heap.remove(first.item, &positions)
        }
        return items
    }

    @Test func theLeastKeyComesFirst() {
        var own = self
        for (item, key) in [(0, 5), (1, 3), (2, 9), (3, 1), (4, 4)] as [(Int32, Int)] {
            own.heap.set(item, key, &own.positions)
        }
        #expect(own.drain() == [3, 1, 4, 0, 2])
        #expect(own.heap.first == nil)
    }

    @Test func anItemTakesTheLastKeyThatItWasGiven() {
        var own = self
        for item in Int32(0)..<10 { own.heap.set(item, Int(item), &own.positions) }
        own.heap.set(9, -1, &own.positions)
        own.heap.set(0, 100, &own.positions)
        #expect(own.heap.count == 10)
        #expect(own.drain() == [9, 1, 2, 3, 4, 5, 6, 7, 8, 0])
    }

    @Test func whatIsNotThereIsNotRemoved() {
        var own = self
        own.heap.set(3, 1, &own.positions)
        #expect(!own.heap.remove(2, &own.positions))
        #expect(!own.heap.remove(1_000_000, &own.positions))
        let (first, second) = (own.heap.remove(3, &own.positions), own.heap.remove(3, &own.positions))
        #expect(first)
        #expect(!second)
    }

    @Test(arguments: 0..<20) func randomChangesKeepTheOrder(seed: UInt64) {
        var own = self
        var random = SeededGenerator(seed: seed)
        var model: [Int32: Int] = [:]
        for _ in 0..<3000 {
            let item = Int32(random.below(200))
            if random.isOne(in: 3) {
                #expect(own.heap.remove(item, &own.positions) == (model.removeValue(forKey: item) != nil))
            } else {
                // Keys that differ, so that there is one order.
                let key = random.below(1000) * 1000 + Int(item)
                own.heap.set(item, key, &own.positions)
                model[item] = key
            }
            #expect(own.heap.first?.key == model.values.min())
        }
        #expect(own.drain() == model.sorted { $0.value < $1.value }.map(\.key))
    }
}
