import Glibc
import Tasker

WorkerProcess.serveIfRequested(
    Sum.self,
    Throwing.self,
    Crashing.self,
    Endless.self,
    Cooperative.self,
    Printing.self,
    Vandal.self,
    Unencodable.self,
    Large.self,
    OnMainActor.self,
    Grandparent.self,
    Halfway.self,
    Gated.self,
    Measured.self
)

let words = Array(CommandLine.arguments.dropFirst())
guard let scenario = words.first.flatMap({ Scenario.all[$0] }) else {
    Report.line("scenarios", Scenario.all.keys.sorted().joined(separator: " "))
    exit(EX_USAGE)
}
scenario(Array(words.dropFirst()))
Report.line("returned")
