import Tasker

/// Starts the demo's tasks; each has a key, so that starting it again replaces the one that runs.
@MainActor
final class DemoTasks {
    let workplace: Workplace
    private let entryCount = EntryCount()
    private let showPicture: @MainActor @Sendable (Picture) -> Void
    private let showProblem: @MainActor @Sendable (DemoError) -> Void

    /// - Parameters:
    ///   - showPicture: Called with each picture that was rendered.
    ///   - showProblem: Called with what goes wrong after a task's end, when its result is put into place.
    init(
        workplace: Workplace,
        showPicture: @escaping @MainActor @Sendable (Picture) -> Void = { _ in },
        showProblem: @escaping @MainActor @Sendable (DemoError) -> Void
    ) {
        self.workplace = workplace
        self.showPicture = showPicture
        self.showProblem = showProblem
    }

    /// The last one first: the window shows what was started last on top.
    func startAll() {
        startArchive()
        startRender()
        startChecksum()
        startScan()
    }

    func startScan() {
        let scan = Scan(workplace: workplace, entryCount: entryCount)
        taskManager.addCoroutine(key: "scan", name: "Scan") { try await scan.run($0) }
    }

    func startChecksum() {
        let manifest = ResultFile(folder: workplace.output, name: "SHA256SUMS")
        let checksum = Checksum(workplace: workplace, manifest: manifest)
        taskManager.runThread(key: "checksum", name: "Checksum", options: .inhibitsSuspend) { try checksum.run($0) }
    }

    func startRender() {
        let file = ResultFile(folder: workplace.output, name: "mandelbrot.png")
        let render = Render(width: 960, height: 640, file: file)
        taskManager.runProcess(
            render,
            key: "render",
            name: "Render",
            whenDone: { [showPicture] handle in
                // A worker that was killed cannot clean up after itself.
                file.discard()
                if case .success(let picture) = handle.result { showPicture(picture) }
            }
        )
    }

    func startArchive() {
        let archive = Archive(workplace: workplace, entryCount: entryCount)
        taskManager.runCommand(
            archive.command,
            key: "archive",
            name: "Archive",
            options: .inhibitsSuspend,
            onOutput: { archive.receive($0, $1) },
            whenDone: { [showProblem] handle in
                guard case .success = handle.result else { return archive.file.discard() }
                do throws(DemoError) {
                    try archive.file.commit()
                } catch {
                    showProblem(error)
                }
            }
        )
    }

    func startFail() {
        let fail = Fail(workplace: workplace)
        taskManager.runThread(key: "fail", name: "Fail", options: .retryable) { try fail.run($0) }
    }

    func startCrash() {
        taskManager.runProcess(Crash(), key: "crash", name: "Crash", options: .retryable)
    }

    func startHang() {
        // It takes all that it gets; the others go first.
        taskManager.runProcess(Hang(), key: "hang", name: "Hang", options: .limits(ProcessLimits(niceness: 10)))
    }

    func startHog() {
        taskManager.runProcess(Hog(), key: "hog", name: "Hog", options: .limits(ProcessLimits(memory: Hog.limit)))
    }

    func startStubborn() {
        taskManager.runCommand(
            Stubborn.command,
            key: "stubborn",
            name: "Stubborn",
            onOutput: { line, context in context.setMessage(line.text) }
        )
    }
}
