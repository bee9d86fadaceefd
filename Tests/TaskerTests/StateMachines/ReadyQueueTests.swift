import Testing

@testable import Tasker

@Suite struct ReadyQueueTests {
    private func drained(_ queue: inout ReadyQueue<StartRank>) -> [UInt64] {
        var ids: [UInt64] = []
        while let first = queue.first() {
            ids.append(first.id.rawValue)
            queue.removeFirst()
        }
        return ids
    }

    private func filled(_ priorities: [Int]) -> ReadyQueue<StartRank> {
        var queue = ReadyQueue<StartRank>()
        for (index, priority) in priorities.enumerated() {
            let rank = StartRank(priority: priority, sequence: UInt64(index))
            queue.insert(TaskID(rawValue: UInt64(index)), rank: rank)
        }
        return queue
    }

    @Test func anEmptyQueueHasNoFirst() {
        var queue = ReadyQueue<StartRank>()
        #expect(queue.first() == nil)
        queue.removeFirst()
        queue.remove(TaskID(rawValue: 1))
        #expect(queue.first() == nil)
    }

    @Test func promise27EqualsLeaveInOrderOfSubmission() {
        var queue = filled(Array(repeating: 0, count: 500))
        #expect(drained(&queue) == Array(0..<500))
    }

    @Test func promise25GreaterPriorityLeavesFirst() {
        var queue = filled([0, -100, 40, .max, 40, .min])
        #expect(drained(&queue) == [3, 2, 4, 0, 1, 5])
    }

    @Test func promise13WhatWasRemovedNeverComes() {
        var queue = filled([5, 4, 3, 2])
        queue.remove(TaskID(rawValue: 0))
        queue.remove(TaskID(rawValue: 2))
        queue.remove(TaskID(rawValue: 2))
        #expect(drained(&queue) == [1, 3])
    }

    @Test func removingTheMajorityKeepsOrder() {
        var queue = filled(Array(repeating: 0, count: 1000))
        for id in UInt64(0)..<1000 where !id.isMultiple(of: 10) { queue.remove(TaskID(rawValue: id)) }
        #expect(drained(&queue) == (0..<100).map { $0 * 10 })
    }
}
