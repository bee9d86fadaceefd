import ArgumentParser
import Tasker

// A worker of the measures, or the other end of what they are compared with.
WorkerProcess.serveIfRequested(Nothing.self, Peek.self)
Echo.serveIfRequested()
FirstUse.runIfRequested()

BenchmarkCommand.parseOrExit().start()
