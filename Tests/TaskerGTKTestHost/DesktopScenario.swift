import CTaskerGTK
import GLibMainLoop
import Tasker
import TaskerGTK
import TestSupport

/// What the desktop is told, for tests to judge; without a bus the same has to happen to the tasks.
@MainActor
enum DesktopScenario: String, CaseIterable {
    /// An application without a window whose task runs.
    case hold
    /// The same without that part.
    case noHold = "no-hold"
    /// Quitting while a task runs, with each of the answers.
    case quitWait = "quit-wait"
    case quitCancel = "quit-cancel"
    case quitAnyway = "quit-anyway"
    case quitStay = "quit-stay"
    /// Fifty tasks that overlap, and a lock against suspend.
    case inhibit
    /// The same where only the portal gives one.
    case inhibitPortal = "inhibit-portal"
    /// The same where only KDE's power management gives one.
    case inhibitPower = "inhibit-power"
    /// Tasks that end while nobody looks.
    case notify
    /// Progress on the icon.
    case launcher
    /// Jobs in KDE's notifications.
    case jobs

    func run() {
        switch self {
        case .hold: hold([.hold])
        case .noHold: hold([])
        case .quitWait: quit("_Quit when they have ended", openingWhen: { _ in true })
        case .quitCancel: quit("_Cancel them and quit", openingWhen: \.isCancelRequested)
        case .quitAnyway: quit("Quit _anyway", openingWhen: nil)
        case .quitStay: stay()
        case .inhibit: inhibit(FakeService.sessionManager)
        case .inhibitPortal: inhibit(FakeService.portal)
        case .inhibitPower: inhibit(FakeService.powerManagement)
        case .notify: notify()
        case .launcher: launcher()
        case .jobs: jobs()
        }
    }

    // MARK: - Hold

    private func hold(_ parts: DesktopIntegration.Parts) {
        let stage = DesktopStage(parts)
        let task = stage.start("a")
        stage.run(isHeld: false) { if !parts.isEmpty { stage.open(task) } }
        print("quit", "state", task.state.rawValue)
        if parts.isEmpty { stage.end(task) }
        stage.close()
    }

    // MARK: - Quit

    /// - Parameter answer: What is to be seen of the task before its body may end; nil: the end of the application.
    private func quit(_ label: String, openingWhen answer: (@MainActor (TaskSnapshot) -> Bool)?) {
        let stage = DesktopStage(.quitGuard)
        let task = stage.start("a")
        stage.run(withWindow: true, isHeld: false) {
            g_action_group_activate_action(OpaquePointer(stage.application), "quit", nil)
            // Shows the same question again.
            stage.desktop.quit()
            print("windows", stage.windows.count)
            stage.press(label)
            print("windows", stage.windows.count, "state", task.state.rawValue)
            guard let answer else { return }
            MainContext.default.iterate { stage.proxy.tasks[id: task.id].map(answer) == true }
            stage.open(task)
        }
        print("quit", "state", task.state.rawValue, "running", stage.proxy.isRunning)
        if answer == nil { stage.end(task) }
        stage.close()
    }

    private func stay() {
        let stage = DesktopStage(.quitGuard)
        let task = stage.start("a")
        stage.run(withWindow: true, isHeld: false) {
            stage.desktop.quit()
            let dialog = UnsafeMutableRawPointer(stage.windows[0]).assumingMemoryBound(to: GtkWindow.self)
            gtk_window_close(dialog)
            MainContext.default.iterate { stage.windows.count == 1 }
            print("windows", stage.windows.count, "state", task.state.rawValue)
            stage.end(task)
            stage.desktop.quit()
            print("windows", stage.windows.count)
        }
        print("quit", "state", task.state.rawValue)
        stage.close()
    }

    private static func text(_ calls: [FakeService.Call]?) -> String {
        calls?.map { $0.method + $0.arguments }.joined(separator: " ") ?? ""
    }

    // MARK: - Suspend

    private func inhibit(_ makeService: @escaping @MainActor () -> FakeService?) {
        let stage = DesktopStage(.inhibit)
        stage.run {
            // Only now: GTK asks the portal when it starts, and would wait on this thread for an answer of this thread.
            let service = makeService()
            @MainActor func tell(_ moment: String) {
                service?.settle(stage.connection)
                print(moment, Self.text(service?.calls))
            }
            let other = stage.start("not marked")
            var running = [stage.start("export", .inhibitsSuspend)]
            stage.advance(by: .seconds(10) - .moment)
            tell("before")
            stage.advance(by: .moment)
            // Each begins before the one before it ends, and is short.
            for index in 1..<50 {
                running.append(stage.start("\(index)", .inhibitsSuspend))
                stage.advance(by: .seconds(1))
                stage.end(running.removeFirst())
            }
            tell("during")
            let last = running[0]
            last.pause()
            MainContext.default.iterate { stage.proxy.tasks[id: last.id]?.isPaused == true }
            stage.advance(by: .seconds(4))
            last.resume()
            MainContext.default.iterate { stage.proxy.tasks[id: last.id]?.isPaused == false }
            stage.advance(by: .seconds(4))
            stage.end(last)
            stage.advance(by: .seconds(5) - .moment)
            tell("rest")
            stage.advance(by: .moment)
            tell("after")
            stage.end(other)
        }
        stage.close()
    }

    // MARK: - Notifications

    private func notify() {
        let service = FakeService.notifications()
        let stage = DesktopStage(.notifications)
        stage.run {
            @MainActor func tell(_ moment: String) {
                service?.settle(stage.connection)
                print(moment, Self.text(service?.takeCalls()))
            }
            let tasks = ["a", "b", "c", "d", "e"].map { stage.start($0) }
            let broken = stage.start("f", failing: TaskFailure())
            stage.advance(by: .seconds(10))
            stage.end(stage.start("short"))
            stage.proxy.cancelTask(id: tasks[4].id)
            stage.end(tasks[4])
            stage.end(tasks[0])
            stage.advance(by: .milliseconds(499))
            tell("early")
            stage.advance(by: .moment)
            tell("one")
            for task in tasks[1...3] { stage.end(task) }
            stage.end(broken)
            stage.advance(by: .milliseconds(500))
            tell("more")
            // A click where there is no window.
            let (path, interface) = (FakeService.notificationsPath, "org.freedesktop.Notifications")
            service?.emit(path, interface, "ActionInvoked", "(uint32 1, 'default')")
            service?.settle(stage.connection)
            let long = stage.start("long")
            stage.advance(by: .seconds(10))
            stage.end(long)
            stage.advance(by: .seconds(1))
            tell("another")
            // Who looks has seen it.
            let window = stage.makeWindow()
            MainContext.default.iterate { gtk_window_is_active(window) != 0 }
            tell("looked")
            let seen = stage.start("seen")
            stage.advance(by: .seconds(10))
            stage.end(seen)
            stage.advance(by: .seconds(1))
            tell("seen")
            gtk_window_destroy(window)
        }
        stage.close()
    }

    private struct TaskFailure: Error, CustomStringConvertible {
        let description = "The disk is full."
    }

    // MARK: - The launcher

    private func launcher() {
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
                stage.proxy.updateProgress(Double(step) / 2000, id: task.id)
                MainContext.default.dispatchPending()
                stage.advance(by: .moment)
            }
            tell("second")
            stage.end(task)
            stage.advance(by: .milliseconds(124))
            stage.advance(by: .moment)
            tell("ended")
        }
        stage.close()
    }

    // MARK: - Jobs

    private func jobs() {
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
            @MainActor func ask(_ request: String, of job: Int, _ task: TaskHandle<Void>, until isDone: (TaskSnapshot) -> Bool) {
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
}
