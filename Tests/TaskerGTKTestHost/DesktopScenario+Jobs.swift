import CTaskerGTK
import GLibMainLoop
import Tasker
import TaskerGTK
import TestSupport

extension DesktopScenario {
    // MARK: - Jobs

    func jobs() {
        let service = FakeService.jobViews()
        let stage = DesktopStage(.jobViews)
        stage.run {
            service?.settle(stage.connection)
            @MainActor func tell(_ moment: String) {
                service?.settle(stage.connection)
                service?.settle(stage.connection)
                print(moment, Self.text(service?.takeCalls()))
            }
            let (first, second) = (stage.start("first"), stage.start("second"))
            stage.advance(by: .milliseconds(499))
            tell("early")
            stage.advance(by: .moment)
            tell("shown")
            /// Somebody asks in the job's window, and the task does it.
            @MainActor func ask(
                _ request: String,
                of job: Int,
                _ task: TaskHandle<Void>,
                until isDone: (TaskSnapshot) -> Bool
            ) {
                guard let service else { return }
                service.emit("/job/\(job)", "org.kde.JobViewV3", request)
                MainContext.default.iterate { stage.proxy.tasks[id: task.id].map(isDone) == true }
            }
            ask("suspendRequested", of: 1, first) { $0.isPaused }
            stage.advance(by: .milliseconds(125))
            tell("paused")
            ask("resumeRequested", of: 1, first) { !$0.isPaused }
            stage.advance(by: .milliseconds(125))
            tell("resumed")
            ask("cancelRequested", of: 2, second) { $0.isCancelRequested }
            stage.end(second)
            tell("cancelled")
            stage.end(first)
            tell("ended")
        }
        stage.close()
    }

    func jobsMany() {
        let service = FakeService.jobViews(40)
        let stage = DesktopStage(.jobViews)
        stage.run {
            service?.settle(stage.connection)
            var tasks = (0..<36).map { stage.start("\($0)") }
            @MainActor func tell(_ moment: String) {
                service?.settle(stage.connection)
                service?.settle(stage.connection)
                let methods = service?.takeCalls().map(\.method) ?? []
                print(moment, Set(methods).sorted().map { method in "\(method) \(methods.count { $0 == method })" })
            }
            stage.advance(by: .milliseconds(500))
            tell("shown")
            // Of those that wait for a place one has gone.
            stage.end(tasks.remove(at: 33))
            for task in tasks[..<2] { stage.end(task) }
            stage.advance(by: .milliseconds(125))
            tell("next")
            for task in tasks[2...] { stage.end(task) }
            tell("ended")
        }
        stage.close()
    }
}
