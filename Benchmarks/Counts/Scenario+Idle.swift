import GLibMainLoop
import Glibc
import Tasker

extension Scenario {
    static let idle = Scenario(
        name: "idle",
        summary: "as thread, and then nothing until standard input ends; “idle” and “over” are written around that"
    ) { count in
        let proxy = oneAtATime
        runThreads(count, on: proxy)
        var isOver = false
        MainContext.default.addDescriptor(0, events: .readable) { _ in
            MainActor.assumeIsolated { isOver = true }
            return .remove
        }
        // What still follows on that.
        while !isOver, MainContext.default.iterate(mayBlock: false) {}
        mark("idle")
        MainContext.default.iterate { isOver }
        mark("over")
        withExtendedLifetime(proxy) {}
    }

    private static func mark(_ text: String) {
        print(text)
        fflush(nil)
    }
}
