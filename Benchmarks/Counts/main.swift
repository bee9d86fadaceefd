import ArgumentParser
import Tasker

// The worker of one of the scenarios.
WorkerProcess.serveIfRequested(Nothing.self)

CountsCommand.parseOrExit().start()
