import TestSupport
import Testing

@testable import Tasker
@testable import TaskerGTK

@Suite struct TaskListContentTests {
    private let scheduler = Scheduler(configuration: TaskManagerConfiguration())

    private func makeTask() -> TaskSnapshot {
        let info = TaskInfo(kind: .thread, created: TaskTimestamp(.zero))
        return TaskRecord(info: info, scheduler: scheduler, start: { _ in nil }).snapshot(at: .zero)
    }

    /// Lets some tasks come, go and change.
    private func change(_ list: inout TaskList, using random: inout SeededGenerator) {
        list.beginChanges()
        for id in list.map(\.id) where UInt8.random(in: 0..<4, using: &random) == 0 { list.remove(id) }
        for _ in 0..<Int.random(in: 0..<40, using: &random) {
            let task = makeTask()
            list.update(task)
            // Comes and goes between two emissions.
            if UInt8.random(in: 0..<4, using: &random) == 0 { list.remove(task.id) }
        }
        list.noteEmission()
    }

    /// - Parameter misses: Whether every second list is not seen.
    @Test(arguments: [false, true], 0..<20 as Range<UInt64>)
    func atEachSpliceItIsWhatWasToldSoFar(misses: Bool, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var list = TaskList()
        var content = TaskListContent(list)
        var told: [TaskID] = []
        for _ in 0..<12 {
            change(&list, using: &random)
            if misses { change(&list, using: &random) }
            for splice in content.begin(list).reversed() {
                content.show(splice)
                let come = (0..<splice.added).map { content.task(at: splice.position + $0)?.id }
                told.replaceSubrange(
                    splice.position..<(splice.position + splice.removed),
                    with: come.compactMap(\.self)
                )
                #expect((0..<content.count).map { content.task(at: $0)?.id } == told)
            }
            _ = content.finish()
            #expect(content.count == list.count)
            #expect((0..<content.count).map { content.task(at: $0)?.id } == list.map(\.id))
            #expect(told == list.map(\.id))
            #expect(content.task(at: content.count)?.id == nil)
        }
    }
}
