import TestSupport
import Testing

@testable import Tasker

@Suite struct TaskListTests {
    private let scheduler = Scheduler(configuration: TaskManagerConfiguration())

    private func snapshots(_ count: Int) -> [TaskSnapshot] {
        (0..<count).map { _ in
            let info = TaskInfo(kind: .thread, created: TaskTimestamp(.zero))
            return TaskRecord(info: info, scheduler: scheduler, start: .call { _ in nil }).snapshot(at: .zero)
        }
    }

    @Test func promise11ChangesTellWhatHappenedSinceTheLastEmission() {
        let snapshots = snapshots(3)
        var list = TaskList()
        list.beginChanges()
        for snapshot in snapshots { list.update(snapshot) }
        #expect(list.changes.added == snapshots.map(\.id))
        list.beginChanges()
        list.update(snapshots[1])
        list.remove(snapshots[0].id)
        list.remove(snapshots[0].id)
        #expect(list.changes.added == [])
        #expect(list.changes.changed == [snapshots[1].id])
        #expect(list.changes.removed == [snapshots[0].id])
    }

    // From several threads tasks may be published in another order than they got their ids.
    @Test(arguments: 0..<20) func theOrderSurvivesWhateverComesAndGoes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let snapshots = snapshots(1000)
        var list = TaskList()
        var model: Set<TaskID> = []
        for snapshot in snapshots.shuffled(using: &random) {
            list.update(snapshot)
            model.insert(snapshot.id)
            if UInt8.random(in: 0..<3, using: &random) == 0, let id = snapshots.randomElement(using: &random)?.id {
                list.remove(id)
                model.remove(id)
            }
        }
        let left = model.sorted()
        #expect(list.count == left.count)
        #expect(list.map(\.id) == left)
        #expect(list.reversed().map(\.id) == left.reversed())
        #expect(snapshots.allSatisfy { (list[id: $0.id] != nil) == model.contains($0.id) })
    }

    @Test func anEmptiedListIsEmpty() {
        let snapshots = snapshots(100)
        var list = TaskList()
        for snapshot in snapshots { list.update(snapshot) }
        for snapshot in snapshots { list.remove(snapshot.id) }
        #expect(list.isEmpty)
        #expect(list.startIndex == list.endIndex)
    }

    @Test func promise11AListIsAValue() {
        let snapshots = snapshots(2)
        var list = TaskList()
        list.update(snapshots[0])
        let kept = list
        list.update(snapshots[1])
        list.remove(snapshots[0].id)
        #expect(kept.map(\.id) == [snapshots[0].id])
    }
}
