import CTaskerGLib
import Dispatch
import GLibMainLoop
import Subprocess
import Tasker

extension Measure {
    private static let count = 200

    static let command = Measure(
        name: "command",
        title: "The command /bin/true",
        summary: "/bin/true, from submit to seen on main",
        scores: [
            .init(figure: time, unit: "µs", rival: "posix_spawn", goal: .ratio(1.25)),
            .init(figure: "1 GiB resident", unit: "µs", rival: "posix_spawn", goal: .ratio(1.25)),
        ]
    ) { _ in
        let proxy = TaskManagerProxy()
        return [
            .init("Tasker") { both { runTrue(proxy) } },
            .init("posix_spawn") { both { waitForExit(of: spawn("/bin/true", [])) } },
            .init("swift-subprocess") { figures(each: count) { for _ in 0..<count { runSubprocess() } } },
            .init("GSubprocess") { figures(each: count) { for _ in 0..<count { runGSubprocess() } } },
            .init("QProcess") { PeerProgram.qt.figures("command", "\(count)") },
        ]
    }

    @MainActor
    private static func both(_ run: () -> Void) -> [Contender.Figure] {
        let plain = figures(each: count) { for _ in 0..<count { run() } }
        return plain + Ballast.gibibyte { figures("1 GiB resident", each: count) { for _ in 0..<count { run() } } }
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
    private static func runGSubprocess() {
        var words = [strdup("/bin/true"), nil]
        defer { free(words[0]) }
        let process = words.withUnsafeMutableBufferPointer { words in
            words.baseAddress!.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: 2) {
                g_subprocess_newv($0, G_SUBPROCESS_FLAGS_NONE, nil)
            }
        }
        var isDone = false
        withUnsafeMutablePointer(to: &isDone) { isDone in
            g_subprocess_wait_async(
                process,
                nil,
                { process, result, isDone in
                    g_subprocess_wait_finish(process.map { OpaquePointer($0) }, result, nil)
                    isDone?.assumingMemoryBound(to: Bool.self).pointee = true
                },
                isDone
            )
            MainContext.default.iterate { isDone.pointee }
        }
        g_object_unref(process.map(UnsafeMutableRawPointer.init))
    }

    @MainActor
    private static func runTrue(_ proxy: TaskManagerProxy) {
        var isDone = false
        proxy.runCommand(Command("/bin/true"), whenDone: { _ in isDone = true })
        MainContext.default.iterate { isDone }
    }
}
