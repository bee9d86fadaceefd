import ArgumentParser

/// The command line.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "TaskerDemo",
        abstract: "Four background tasks on a folder, in a window or without a display.",
        discussion: """
            Scan counts the folder's files (a coroutine), Checksum writes a SHA-256 manifest of them (a thread), Render \
            computes a picture (a worker process) and Archive packs the folder with tar (a command). The results \
            SHA256SUMS, archive.tar and mandelbrot.png appear in the output folder when they are complete. Check the \
            manifest with: cd PATH && sha256sum --check OUTPUT/SHA256SUMS

            Exit status: 0 when every task completed, 1 when one failed or the input was bad, 130 after an interrupt \
            (Ctrl-C), 143 after SIGTERM, 64 for a wrong command line.
            """
    )

    @Flag(help: "Run the four tasks without a window and without a display, then exit.")
    var headless = false

    @Flag(help: "With --headless: print JSON Lines, one object an update and a summary at the end.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "The folder for the results; made if it does not exist. Default: a fresh temporary folder.",
            valueName: "dir"
        ),
        completion: .directory
    )
    var output: String?

    @Argument(help: "The folder to work on.", completion: .directory)
    var path = "."

    func validate() throws {
        if json, !headless {
            throw ValidationError("--json describes what --headless prints; pass both.")
        }
    }

    /// Runs the demo as asked for and returns the exit status.
    @MainActor
    func start() -> Int32 {
        do {
            let workplace = try Workplace(source: path, output: output)
            guard headless else { return try DemoApplication(workplace: workplace).run() }
            let report: any ProgressReport = json ? JSONReport() : TextReport()
            return HeadlessRun(workplace: workplace, report: report).run()
        } catch {
            OutputStream.standardError.write("TaskerDemo: \(error)\n")
            OutputStream.standardError.flush()
            return 1
        }
    }
}
