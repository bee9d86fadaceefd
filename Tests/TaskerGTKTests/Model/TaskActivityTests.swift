import TestSupport
import Testing

@testable import Tasker
@testable import TaskerGTK

@Suite struct TaskActivityTests {
    private let scheduler = Scheduler(configuration: TaskManagerConfiguration())

    private func makeTask(_ state: TaskState, info: TaskInfo? = nil) -> TaskSnapshot {
        let info = info ?? TaskInfo(kind: .thread, created: TaskTimestamp(.zero))
        return TaskSnapshot(info, state, nil, .normal, nil)
    }

    private func emit(_ list: inout TaskList, _ change: (inout TaskList) -> Void) {
        list.beginChanges()
        change(&list)
        list.noteEmission()
    }

    @Test func whatEndsSoonIsNotShown() {
        var (list, activity) = (TaskList(), TaskActivity())
        let task = makeTask(.running)
        emit(&list) { $0.update(task) }
        activity.update(list, at: .seconds(1))
        #expect(!activity.isShown)
        #expect(activity.nextLook == .milliseconds(1500))
        emit(&list) { $0.update(makeTask(.completed, info: task.info)) }
        activity.update(list, at: .milliseconds(1499))
        activity.look(at: .milliseconds(1500))
        #expect(!activity.isShown)
        #expect(activity.nextLook == nil)
    }

    @Test func whatRunsLongIsShownUntilNothingRuns() {
        var (list, activity) = (TaskList(), TaskActivity())
        let (first, second) = (makeTask(.running), makeTask(.running))
        emit(&list) { $0.update(first) }
        activity.update(list, at: .zero)
        activity.look(at: .milliseconds(499))
        #expect(!activity.isShown)
        activity.look(at: .milliseconds(500))
        #expect(activity.isShown)
        #expect(activity.nextLook == nil)
        emit(&list) {
            $0.update(second)
            $0.update(makeTask(.failed, info: first.info))
        }
        activity.update(list, at: .milliseconds(600))
        #expect(activity.isShown)
        #expect(activity.running.map(\.id) == [second.id])
        // Also one that leaves the list at once.
        emit(&list) { $0.remove(second.id) }
        activity.update(list, at: .milliseconds(700))
        #expect(activity.isShown, "Another one may follow.")
        #expect(activity.nextLook == .milliseconds(1200))
        activity.look(at: .milliseconds(1200))
        #expect(!activity.isShown)
        #expect(activity.nextLook == nil)
    }

    @Test func betweenTwoThatFollowOnOneAnotherItStaysShown() {
        var (list, activity) = (TaskList(), TaskActivity())
        let (first, second) = (makeTask(.running), makeTask(.running))
        emit(&list) { $0.update(first) }
        activity.update(list, at: .zero)
        activity.look(at: .milliseconds(500))
        emit(&list) { $0.update(makeTask(.completed, info: first.info)) }
        activity.update(list, at: .milliseconds(900))
        emit(&list) { $0.update(second) }
        activity.update(list, at: .milliseconds(1399))
        activity.look(at: .seconds(5))
        #expect(activity.isShown)
        emit(&list) { $0.update(makeTask(.completed, info: second.info)) }
        activity.update(list, at: .seconds(6))
        #expect(activity.nextLook == .milliseconds(6500), "The rest counts anew.")
    }

    @Test func manyThatEndAtOnceAreTakenOutAtOnce() {
        var (list, activity) = (TaskList(), TaskActivity())
        let tasks = (0..<20_000).map { _ in makeTask(.running) }
        emit(&list) { list in
            for task in tasks { list.update(task) }
        }
        activity.update(list, at: .zero)
        #expect(activity.running.count == 20_000)
        emit(&list) { list in
            for task in tasks.dropLast() { list.update(makeTask(.completed, info: task.info)) }
        }
        activity.update(list, at: .seconds(1))
        #expect(activity.running.map(\.id) == [tasks[19_999].id])
    }

    // Many that follow on one another are not one that runs long.
    @Test func eachTasksOwnTimeCounts() {
        var (list, activity) = (TaskList(), TaskActivity())
        var now = Duration.zero
        for _ in 0..<10 {
            let task = makeTask(.running)
            emit(&list) {
                for old in $0.map({ $0 }) { $0.update(makeTask(.completed, info: old.info)) }
                $0.update(task)
            }
            activity.update(list, at: now)
            now += .milliseconds(100)
            activity.look(at: now)
            #expect(!activity.isShown)
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>) func afterMissedListsItKnowsAllTheSame(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var (list, activity) = (TaskList(), TaskActivity())
        var (infos, known) = ([TaskInfo](), Set<TaskID>())
        for _ in 0..<60 {
            emit(&list) { list in
                infos.append(TaskInfo(kind: .thread, created: TaskTimestamp(.zero)))
                for info in infos where Bool.random(using: &random) {
                    list.update(makeTask(TaskState.allCases.randomElement(using: &random) ?? .pending, info: info))
                }
            }
            if UInt8.random(in: 0..<3, using: &random) == 0 { continue }
            // A clock that stands still takes nothing for new that is not.
            let moves = activity.update(list, at: .zero)
            let running = Set(list.filter { $0.state == .running }.map(\.id))
            #expect(activity.running.map(\.id) == running.sorted())
            #expect(moves?.began.sorted() == running.subtracting(known).sorted())
            #expect(moves?.ended.sorted() == known.subtracting(running).sorted())
            known = running
            // An older one that comes late changes nothing.
            let late = activity.update(TaskList(), at: .zero)
            #expect(late == nil)
            #expect(activity.running.map(\.id) == list.filter { $0.state == .running }.map(\.id))
        }
    }
}
