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
    /// Tasks that are submitted when it is activated, and at the end of another.
    case holdChain = "hold-chain"
    /// An application that is started with arguments that nobody knows.
    case holdNothing = "hold-nothing"
    /// The application ends, and the desktop is told.
    case end
    /// What ends last is all that the application was there for.
    case endNotify = "end-notify"
    /// Quitting while a task runs, with each of the answers.
    case quitWait = "quit-wait"
    case quitCancel = "quit-cancel"
    case quitAnyway = "quit-anyway"
    case quitStay = "quit-stay"
    /// Waiting for a task whose end submits another; asked again in between.
    case quitChain = "quit-chain"
    /// Waiting, and then going on after all.
    case quitRegret = "quit-regret"
    /// Fifty tasks that overlap, and a lock against suspend.
    case inhibit
    /// The same where only the portal gives one.
    case inhibitPortal = "inhibit-portal"
    /// The same where only KDE's power management gives one.
    case inhibitPower = "inhibit-power"
    /// The same where the portal gives one and the desktop then refuses it.
    case inhibitRefused = "inhibit-refused"
    /// Tasks that end while nobody looks.
    case notify
    /// Progress on the icon.
    case launcher
    /// The same where KDE's jobs tell it.
    case launcherJobs = "launcher-jobs"
    /// Jobs in KDE's notifications.
    case jobs
    /// More jobs than are shown.
    case jobsMany = "jobs-many"

    func run() {
        switch self {
        case .hold: hold([.hold])
        case .noHold: hold([])
        case .quitWait: quit("_Quit when they have ended", openingWhen: { _ in true })
        case .quitCancel: quit("_Cancel them and quit", openingWhen: \.isCancelRequested)
        case .quitAnyway: quit("Quit without _waiting", openingWhen: nil)
        case .quitStay: stay()
        case .quitChain: quitChain()
        case .quitRegret: quitRegret()
        case .holdChain: holdChain()
        case .holdNothing: holdNothing()
        case .end: end()
        case .endNotify: endNotify()
        case .inhibit: inhibit(FakeService.sessionManager)
        case .inhibitPortal: inhibit(FakeService.portal)
        case .inhibitPower: inhibit(FakeService.powerManagement)
        case .inhibitRefused: inhibitRefused()
        case .notify: notify()
        case .launcher: launcher()
        case .launcherJobs: launcherJobs()
        case .jobs: jobs()
        case .jobsMany: jobsMany()
        }
    }

    static func text(_ calls: [FakeService.Call]?) -> String {
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

    /// The desktop refuses what the portal has given.
    private func inhibitRefused() {
        let stage = DesktopStage(.inhibit)
        stage.run {
            let (portal, power) = (FakeService.portal(), FakeService.powerManagement())
            let task = stage.start("a", .inhibitsSuspend)
            stage.advance(by: .seconds(10))
            portal?.settle(stage.connection)
            portal?.settle(stage.connection)
            portal?.emit("/lock", "org.freedesktop.portal.Request", "Response", "(uint32 2, @a{sv} {})")
            if let power { MainContext.default.iterate { !power.calls.isEmpty } }
            stage.end(task)
            stage.advance(by: .seconds(5))
            for service in [portal, power] {
                service?.settle(stage.connection)
                print(Self.text(service?.calls))
            }
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
}
