import Testing

@testable import Tasker

@Suite struct TaskTimingsTests {
    @Test func whoLookedAtTheClockBeforeTheStartSeesNoTimeBelowZero() {
        var timings = TaskTimings()
        timings.begin(at: Uptime(nanoseconds: 10))
        #expect(timings.elapsed(at: Uptime(nanoseconds: 9)) == .zero)
        timings.pause(at: Uptime(nanoseconds: 15))
        timings.resume(at: Uptime(nanoseconds: 20))
        #expect(timings.elapsed(at: Uptime(nanoseconds: 19)) == .nanoseconds(5))
    }
}
