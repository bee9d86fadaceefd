import ArgumentParser
import CTaskerGTK
import GLibMainLoop
import Tasker
import TaskerGTK

/// The command line.
struct FramesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "TaskerFrames",
        abstract: "Counts the frames that a window with the list of tasks keeps while all of them report progress.",
        discussion: """
            Every task reports as often as is asked for, one after the other, from one thread; what this machine does not reach of \
            that is told. A frame is in time if it comes within one and a half times of what a frame takes, by the window's \
            own frame clock. Needs a display; without one: \
            GSK_RENDERER=cairo xvfb-run swift run --configuration release TaskerFrames
            """
    )

    @Option(help: "How many tasks run.")
    var tasks = 10_000

    @Option(help: "How many times a second each of them reports.")
    var rate = 1000

    @Option(help: "For how many seconds frames are counted.")
    var seconds = 10

    @Option(help: "How many times.")
    var runs = 3

    func validate() throws {
        guard tasks > 0, rate >= 0, seconds > 0, runs > 0 else { throw ValidationError("Nothing is to be counted.") }
        #if DEBUG
        throw ValidationError("Figures of a debug build tell nothing; build for release.")
        #endif
    }

    @MainActor
    func start() {
        guard gtk_init_check() != 0 else { Self.exit(withError: ValidationError("There is no display.")) }
        MainQueueBridge.install()
        let load = ProgressLoad(tasks: tasks, rate: rate)
        let window = ListWindow(load.proxy)
        print("frames        in time  longest    reports a second  main thread  heap        resident")
        for _ in 0..<runs { print(window.count(during: load, for: .seconds(seconds))) }
        load.end()
    }
}
