import CTaskerGTK
import GLibMainLoop
import Glibc

// What widgets do on a display, for tests to judge: the scenario that is named runs, and says what it has seen.
g_log_set_always_fatal(GLogLevelFlags(G_LOG_LEVEL_WARNING.rawValue | G_LOG_LEVEL_CRITICAL.rawValue))
let name = CommandLine.arguments.dropFirst().first ?? ""
let (scenario, desktopScenario) = (Scenario(rawValue: name), DesktopScenario(rawValue: name))
guard scenario != nil || desktopScenario != nil else {
    print("Which one of \(Scenario.allCases.map(\.rawValue) + DesktopScenario.allCases.map(\.rawValue))?")
    exit(EX_USAGE)
}
guard gtk_init_check() != 0 else {
    print("There is no display.")
    exit(EX_UNAVAILABLE)
}
MainQueueBridge.install()
MainActor.assumeIsolated {
    FakeService.areThere = !CommandLine.arguments.contains("--alone")
    scenario?.run()
    desktopScenario?.run()
}
