import Glibc
import Tasker

// A worker whose program does not get as far as to serve, or says something first, or does not know all tasks.
if CommandLine.arguments.contains("--tasker-worker"),
    let way = getenv(Scenario.deathVariable).map({ String(cString: $0) })
{
    switch way {
    case "die":
        Report.complain("no licence")
        exit(3)
    case "hang": while true { pause() }
    case "few": WorkerProcess.serveIfRequested(Sharing.self)
    default: Report.line("welcome", "to this program")
    }
}

WorkerProcess.serveIfRequested(
    Sum.self,
    Throwing.self,
    Crashing.self,
    Endless.self,
    Cooperative.self,
    Printing.self,
    Vandal.self,
    Travelling.self,
    Burdened.self,
    Large.self,
    OnMainActor.self,
    Grandparent.self,
    Halfway.self,
    Gated.self,
    Measured.self,
    Identity.self,
    Forging.self,
    Asking.self,
    Talkative.self,
    Hoarding.self,
    Straining.self,
    Sharing.self,
    Producing.self,
    DescriptorHoarder.self,
    DyingHolder.self,
    Leaving.self,
    Leaving.Sequel.self,
    forwardsLogs: true
)

// Stands between the application and a worker.
if CommandLine.arguments.dropFirst().first == "relay" {
    exit(Relay.run(Array(CommandLine.arguments.dropFirst(2))))
}

let words = Array(CommandLine.arguments.dropFirst())
guard let scenario = words.first.flatMap({ Scenario.all[$0] }) else {
    Report.line("scenarios", Scenario.all.keys.sorted().joined(separator: " "))
    exit(EX_USAGE)
}
scenario(Array(words.dropFirst()))
Report.line("returned")
