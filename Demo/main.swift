import ArgumentParser
import Glibc
import Tasker

// A worker process is this same program started again; it has to answer before anything else runs.
WorkerProcess.serveIfRequested(Render.self, Crash.self)

exit(DemoCommand.parseOrExit().start())
