import Dispatch
import GLibMainLoop
import Subprocess
import Tasker

extension Measure {
    static let command = Measure(
        name: "command",
        summary: "/bin/true, from submit to seen on main"
    ) { settings in
        let proxy = TaskManagerProxy()
        return Comparison(
            runs: settings.runs,
            [
                .init(name: "posix_spawn") { figures { waitForExit(of: spawn("/bin/true", [])) } },
                .init(name: "swift-subprocess") { figures(of: runSubprocess) },
                .init(name: "Tasker") { figures { runTrue(proxy) } },
                .init(name: "posix_spawn, 1 GiB resident") {
                    Ballast.gibibyte { figures { waitForExit(of: spawn("/bin/true", [])) } }
                },
                .init(name: "Tasker, 1 GiB resident") { Ballast.gibibyte { figures { runTrue(proxy) } } },
            ]
        )
    }

    @MainActor
    private static func figures(of run: () -> Void) -> [Comparison.Figure] {
        let count = 200
        let duration = ContinuousClock().measure { for _ in 0..<count { run() } }
        return [.init(name: "µs", value: duration / .microseconds(1) / Double(count))]
    }

    private static func runSubprocess() {
        let end = DispatchSemaphore(value: 0)
        Task.detached {
            _ = try? await Subprocess.run(.name("true"), output: .discarded)
            end.signal()
        }
        end.wait()
    }

    @MainActor
    private static func runTrue(_ proxy: TaskManagerProxy) {
        var isDone = false
        proxy.runCommand(Command("/bin/true"), whenDone: { _ in isDone = true })
        MainContext.default.iterate { isDone }
    }
}
