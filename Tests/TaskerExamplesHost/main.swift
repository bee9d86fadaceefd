import GLibMainLoop
import Tasker

// An application with a main loop and no window; its first line is what makes workers of it.
WorkerProcess.serveIfRequested(Primes.self)

MainQueueBridge.install()
let loop = MainLoop()

func computation() {
    taskManager.runProcess(Primes(limit: 100), key: "primes") { task in
        print(task.message ?? "No message")
        if case .success(let count)? = task.result { print("\(count) primes, progress \(task.progress ?? 0)") }
        loop.quit()
    }
}

func completion() {
    func tell(_ task: TaskHandle<Int>) {
        switch task.result {
        case .success(let count): print("\(task.name): \(task.state) \(count)")
        case .failure(let error): print("\(task.name): \(task.state) \(error)")
        case nil: break
        }
    }
    taskManager.runProcess(Primes(limit: 10), name: "Primes") { task in
        tell(task)
        taskManager.runProcess(Primes(limit: 0), name: "Nothing") { task in
            tell(task)
            loop.quit()
        }
    }
}

func events() {
    taskManager.runProcess(Primes(limit: 10, tellsEach: true)) { task in
        print(task.state)
        loop.quit()
    } whenEvent: { event in
        print("\(event.name) \((try? event.value(as: Int.self)) ?? 0)")
    }
}

func job() {
    Task {
        let job = taskManager.runProcess(Primes(limit: 1000), metadata: ["user": "42"])
        print("user \(taskManager.task(id: job.id)?.metadata["user"] ?? "unknown")")
        print((try? await job.value(timeout: .seconds(60))) ?? 0)
        loop.quit()
    }
}

switch CommandLine.arguments.last {
case "computation": computation()
case "completion": completion()
case "events": events()
case "job": job()
default: fatalError("Name an example.")
}
loop.run()
