import Testing

@testable import Tasker

@Suite struct TaskListTests {
    private func snapshots(_ count: Int) -> [TaskSnapshot] {
        (0..<count).map { _ in
            let info = TaskInfo(
                kind: .thread,
                key: nil,
                name: nil,
                priority: .normal,
                metadata: [:],
                options: TaskOptions()
            )
            let publisher = Publisher(configuration: TaskManagerConfiguration())
            return TaskSnapshot(
                reading: TaskRecord(info: info, publisher: publisher, start: { _ in nil }, whenEvent: nil)
            )
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

    @Test func theOrderSurvivesHolesAndTheirClosing() {
        let snapshots = snapshots(300)
        var list = TaskList()
        for snapshot in snapshots { list.update(snapshot) }
        var left = snapshots
        for (index, snapshot) in snapshots.enumerated() where !index.isMultiple(of: 7) {
            list.remove(snapshot.id)
            left.removeAll { $0.id == snapshot.id }
            #expect(list.count == left.count)
        }
        #expect(list.map(\.id) == left.map(\.id))
        #expect(list.reversed().map(\.id) == left.reversed().map(\.id))
        #expect(left.allSatisfy { list[id: $0.id]?.id == $0.id })
        #expect(list[id: snapshots[1].id] == nil)
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
