import CTaskerGTK
import GLibMainLoop
import Tasker
import TaskerGTK
import TestSupport

extension DesktopScenario {
    // MARK: - The launcher

    func launcher() {
        let listener = FakeListener("com.canonical.Unity.LauncherEntry")
        let stage = DesktopStage(.launcher)
        stage.run {
            @MainActor func tell(_ moment: String) {
                listener?.settle(stage.connection)
                print(moment, listener?.signals.count ?? 0, listener?.signals.last ?? "")
            }
            stage.end(stage.start("short"))
            let task = stage.start("a")
            stage.advance(by: .milliseconds(499))
            tell("early")
            stage.advance(by: .moment)
            tell("shown")
            // A second in which something changes every millisecond.
            for step in 1...1000 {
                let progress = Double(step) / 2000
                stage.proxy.updateProgress(progress, id: task.id)
                MainContext.default.iterate { stage.proxy.tasks[id: task.id]?.progress == progress }
                stage.advance(by: .moment)
            }
            tell("second")
            stage.end(task)
            // Another one may follow.
            stage.advance(by: .milliseconds(499))
            tell("resting")
            stage.advance(by: .moment)
            tell("ended")
        }
        stage.close()
    }

    func launcherJobs() {
        let (service, icon) = (FakeService.jobViews(), FakeListener("com.canonical.Unity.LauncherEntry"))
        let stage = DesktopStage([.launcher, .jobViews])
        stage.run {
            service?.settle(stage.connection)
            let task = stage.start("a")
            stage.advance(by: .seconds(1))
            service?.settle(stage.connection)
            icon?.settle(stage.connection)
            print("signals", icon?.signals.count ?? 0, "calls", service?.calls.first?.method ?? "")
            stage.end(task)
        }
        stage.close()
    }
}
