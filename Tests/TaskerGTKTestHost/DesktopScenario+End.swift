import CTaskerGTK
import GLibMainLoop
import Glibc
import Tasker
import TaskerGTK
import TestSupport

extension DesktopScenario {
    // MARK: - Hold

    func hold(_ parts: DesktopIntegration.Parts) {
        let stage = DesktopStage(parts)
        let task = stage.start("a")
        stage.run(isHeld: false) { if !parts.isEmpty { stage.open(task) } }
        print("quit", "state", task.state.rawValue)
        if parts.isEmpty { stage.end(task) }
        stage.close()
    }

    // MARK: - Quit

    /// - Parameter answer: What is to be seen of the task before its body may end; nil: the end of the application.
    func quit(_ label: String, openingWhen answer: (@MainActor (TaskSnapshot) -> Bool)?) {
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

    func stay() {
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

    /// - Returns: What each of two tasks did, of which the second is submitted at the end of the first.
    private func startChain(_ stage: DesktopStage) -> Journal<String> {
        let journal = Journal<String>()
        let proxy = stage.proxy
        proxy.runThread(name: "first") { _ in
        } whenDone: { _ in
            journal.append("first")
            proxy.runThread(name: "second") { _ in
            } whenDone: { _ in
                journal.append("second")
            }
        }
        return journal
    }

    func holdChain() {
        let stage = DesktopStage(.hold)
        var journal: Journal<String>?
        stage.runAtOnce { journal = startChain(stage) }
        print("quit", journal?.values ?? [])
        stage.close()
    }

    func holdNothing() {
        let stage = DesktopStage(.all)
        let arguments = [strdup("test"), strdup("--unknown")]
        print(
            "status",
            arguments.withUnsafeBufferPointer { buffer in
                g_application_run(stage.gApplication, 2, UnsafeMutablePointer(mutating: buffer.baseAddress))
            }
        )
        for argument in arguments { free(argument) }
        stage.close()
    }

    func quitChain() {
        let stage = DesktopStage(.quitGuard)
        let task = stage.start("a")
        var journal: Journal<String>?
        stage.run(withWindow: true, isHeld: false) {
            stage.desktop.quit()
            stage.press("_Quit when they have ended")
            stage.desktop.quit()
            print("windows", stage.windows.count)
            journal = startChain(stage)
            // Its thread is free, so these run beside it.
            stage.open(task)
        }
        print("quit", journal?.values ?? [], task.state.rawValue)
        stage.close()
    }

    func quitRegret() {
        let stage = DesktopStage(.quitGuard)
        let (first, second) = (stage.start("a"), stage.start("b"))
        stage.run(withWindow: true, isHeld: false) {
            stage.desktop.quit()
            stage.press("_Quit when they have ended")
            stage.desktop.quit()
            stage.press("_Keep running")
            for task in [first, second] { stage.end(task) }
            MainContext.default.dispatchPending()
            print("running", stage.proxy.isRunning)
            stage.desktop.quit()
        }
        print("quit", first.state.rawValue)
        stage.close()
    }

    /// Everybody is told that it is over.
    func end() {
        let stage = DesktopStage([.inhibit, .launcher])
        let (sessionManager, icon) = (FakeService.sessionManager(), FakeListener("com.canonical.Unity.LauncherEntry"))
        let task = stage.start("a", .inhibitsSuspend)
        stage.run {
            stage.advance(by: .seconds(10))
            sessionManager?.settle(stage.connection)
            icon?.settle(stage.connection)
            print("before", Self.text(sessionManager?.calls), icon?.signals.count ?? 0)
        }
        if let sessionManager { MainContext.default.iterate { sessionManager.calls.count == 2 } }
        if let icon { MainContext.default.iterate { icon.signals.count == 2 } }
        print("after", Self.text(sessionManager?.takeCalls()), icon?.signals.last ?? "")
        stage.end(task)
        stage.close()
    }

    func endNotify() {
        let service = FakeService.notifications()
        let stage = DesktopStage([.hold, .notifications])
        let task = stage.start("a")
        stage.run(isHeld: false) {
            service?.settle(stage.connection)
            stage.advance(by: .seconds(10))
            stage.open(task)
        }
        if let service { MainContext.default.iterate { !service.calls.isEmpty } }
        print("quit", service?.calls.map(\.method) ?? [])
        let watch = ObjectWatch()
        watch.add(UnsafeMutableRawPointer(stage.application))
        stage.close()
        print("left", watch.live)
    }
}
