import ArgumentParser
import Glibc
import Tasker

// Where a standard descriptor is closed its number would go to the next thing that is opened: to the main loop's own
// eventfd, for one, which the report would then be written to.
for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
    _ = open("/dev/null", O_RDWR)
}

// A worker process is this same program started again; it has to answer before anything else runs.
WorkerProcess.serveIfRequested(Render.self, Crash.self, Hang.self, Hog.self)

exit(DemoCommand.parseOrExit().start())
