import TestSupport
import Testing

@testable import Tasker

@Suite struct TaskTableTests {
    private var table = TaskTable<Int>()

    private func id(_ number: Int) -> TaskID {
        TaskID(rawValue: UInt64(number))
    }

    @Test func aValueStaysInItsSlotWhateverComesAndGoes() {
        var own = self
        let kept = own.table.insert(-7, id: id(7))
        for number in 8..<10_000 {
            let slot = own.table.insert(number, id: id(number))
            #expect(own.table[slot] == number)
        }
        for number in 8..<10_000 {
            guard let slot = own.table.slot(of: id(number)) else {
                Issue.record("\(number) is gone")
                return
            }
            #expect(own.table.remove(slot, id: id(number)) == number)
        }
        #expect(own.table.slot(of: id(7)) == kept)
        #expect(own.table[kept] == -7)
        #expect(own.table.count == 1)
    }

    @Test func whatIsNotThereHasNoSlot() {
        var own = self
        #expect(own.table.slot(of: id(1)) == nil)
        let slot = own.table.insert(1, id: id(1))
        #expect(own.table.slot(of: id(2)) == nil)
        #expect(own.table.slot(of: TaskID(rawValue: .max)) == nil)
        _ = own.table.remove(slot, id: id(1))
        #expect(own.table.slot(of: id(1)) == nil)
        #expect(own.table.value(at: slot) == nil)
    }

    @Test func oneTaskAtATimeUsesTheSameRoomForEver() {
        var own = self
        for number in 1..<10_000 {
            let slot = own.table.insert(number, id: id(number))
            #expect(own.table.remove(slot, id: id(number)) == number)
        }
        #expect(own.table.slotCount <= 2 * TaskTable<Int>.pageSize)
    }

    @Test func anOldTaskKeepsItsOwnPageOnly() {
        var own = self
        _ = own.table.insert(1, id: id(1))
        for number in 2..<100_000 {
            let slot = own.table.insert(number, id: id(number))
            _ = own.table.remove(slot, id: id(number))
        }
        #expect(own.table.slotCount <= 3 * TaskTable<Int>.pageSize)
        #expect(own.table.slot(of: id(1)) != nil)
    }

    @Test func theRoomOfABurstIsGivenBackWhenItIsOver() {
        var own = self
        let slots = (1...20_000).map { own.table.insert($0, id: id($0)) }
        for (number, slot) in zip(1..., slots) { _ = own.table.remove(slot, id: id(number)) }
        #expect(own.table.slotCount == 0)
        let slot = own.table.insert(5, id: id(20_001))
        #expect(own.table.slot(of: id(20_001)) == slot)
    }

    @Test(arguments: 0..<10) func randomChangesAgreeWithADictionary(seed: UInt64) {
        var own = self
        var random = SeededGenerator(seed: seed)
        var model: [Int: Int] = [:]
        var next = 1
        for _ in 0..<5000 {
            if random.isOne(in: 2) {
                // Ids of other managers lie between.
                next += 1 + random.below(random.isOne(in: 20) ? 2000 : 3)
                model[next] = random.below(1000)
                _ = own.table.insert(model[next] ?? 0, id: id(next))
            } else if let number = model.keys.sorted().randomElement(using: &random),
                let slot = own.table.slot(of: id(number))
            {
                #expect(own.table.remove(slot, id: id(number)) == model.removeValue(forKey: number))
            }
            #expect(own.table.count == model.count)
        }
        for (number, value) in model {
            #expect(own.table.slot(of: id(number)).map { own.table[$0] } == value)
        }
        #expect(Set(own.table.slots) == Set(model.keys.compactMap { own.table.slot(of: id($0)) }))
    }
}
