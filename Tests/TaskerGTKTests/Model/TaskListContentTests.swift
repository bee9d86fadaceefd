import TestSupport
import Testing

@testable import Tasker
@testable import TaskerGTK

@Suite struct TaskListContentTests {
    /// Lets some tasks come, go on, end and go.
    private func change(_ list: inout TaskList, at now: Int64, using random: inout SeededGenerator) {
        list.beginChanges()
        for task in list.map(\.self) where random.isOne(in: 4) {
            if task.state.isTerminal { list.remove(task.id) } else { goOn(task, in: &list, at: now, using: &random) }
        }
        for _ in 0..<random.below(40) {
            let info = TaskInfo(kind: .thread, created: TaskTimestamp(.zero))
            let task = TaskSnapshot(info, .pending, nil, .normal, nil)
            list.update(task)
            if random.isOne(in: 4) { goOn(task, in: &list, at: now, using: &random) }
            // Comes and goes between two emissions.
            if random.isOne(in: 4) { list.remove(task.id) }
        }
        list.noteEmission()
    }

    /// Once, or more than once until it has ended.
    private func goOn(_ task: TaskSnapshot, in list: inout TaskList, at now: Int64, using random: inout SeededGenerator)
    {
        var state = task.state
        repeat {
            let next: [TaskState] = [.running, .running, .completed, .failed, .cancelled]
            state = random.pick(next) ?? .running
            var facts = TaskSnapshot.Facts()
            // Also at the same time, and told in another order than that of the ends.
            if state.isTerminal { facts.timings.end(at: Uptime(nanoseconds: now - Int64(random.below(3)))) }
            list.update(TaskSnapshot(task.info, state, nil, .normal, facts))
        } while !state.isTerminal && random.isOne(in: 2)
    }

    private static let someStates: [Set<TaskState>] = [
        Set(TaskState.allCases), [.pending], [.running], [.pending, .failed], [.completed, .failed, .cancelled], [],
    ]

    /// What a content shows at last, made from scratch.
    private func expected(_ list: TaskList, _ states: Set<TaskState>) -> [TaskID] {
        let shown = list.filter { states.contains($0.state) }
        guard states.allSatisfy(\.isTerminal) else { return shown.map(\.id) }
        return shown.map { ($0.ended?.uptime ?? .zero, $0.id) }.sorted(by: <).map(\.1)
    }

    /// - Parameter misses: Whether every second list is not seen.
    @Test(arguments: someStates, 0..<8 as Range<UInt64>)
    func atEachSpliceItIsWhatWasToldSoFar(states: Set<TaskState>, seed: UInt64) {
        for misses in [false, true] {
            var random = SeededGenerator(seed: seed)
            var list = TaskList()
            change(&list, at: 0, using: &random)
            var content = TaskListContent(list, states: states)
            var told = expected(list, states)
            #expect(ids(of: content) == told)
            for step in 1...12 as ClosedRange<Int64> {
                change(&list, at: step, using: &random)
                if misses { change(&list, at: step, using: &random) }
                let splices = content.begin(list)
                #expect(splices.count <= 16)
                for splice in splices.reversed() {
                    content.show(splice)
                    let come = (0..<splice.added).map { content.task(at: splice.position + $0)?.id }
                    told.replaceSubrange(
                        splice.position..<(splice.position + splice.removed),
                        with: come.compactMap(\.self)
                    )
                    #expect(ids(of: content) == told)
                }
                _ = content.finish()
                #expect(told == expected(list, states))
                #expect(ids(of: content) == told)
                #expect(content.task(at: content.count)?.id == nil)
            }
        }
    }

    private func ids(of content: TaskListContent) -> [TaskID?] {
        (0..<content.count).map { content.task(at: $0)?.id }
    }

    @Test func whatStaysInTheStatesIsNotTold() {
        var list = TaskList()
        let infos = (0..<3).map { _ in TaskInfo(kind: .thread, created: TaskTimestamp(.zero)) }
        for info in infos { list.update(TaskSnapshot(info, .running, nil, .normal, nil)) }
        var content = TaskListContent(list, states: [.running, .completed])
        list.beginChanges()
        list.update(TaskSnapshot(infos[0], .running, 0.5, .normal, nil))
        list.update(TaskSnapshot(infos[1], .completed, 1, .normal, nil))
        list.update(TaskSnapshot(infos[2], .failed, 0.5, .normal, nil))
        list.noteEmission()
        #expect(content.begin(list) == [ListSplice(position: 2, removed: 1, newPosition: 2, added: 0)])
    }
}
