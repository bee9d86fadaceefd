import Testing

@testable import TaskerGTK

@Suite struct PaceTests {
    /// The milliseconds at which something is told that changes in each of them.
    private func times(_ pace: Pace, until end: Int) -> [Int] {
        var (pace, times) = (pace, [Int]())
        for millisecond in 0..<end {
            pace.request()
            if pace.take(at: .milliseconds(millisecond)) { times.append(millisecond) }
        }
        return times
    }

    @Test func theFirstIsToldAtOnceAndTheNextAfterTheInterval() {
        #expect(times(Pace(every: .milliseconds(100)), until: 301) == [0, 100, 200, 300])
    }

    @Test func nothingIsToldTwice() {
        var pace = Pace(every: .milliseconds(100))
        #expect(pace.next == nil)
        pace.request()
        var isTold = pace.take(at: .seconds(5))
        #expect(isTold)
        isTold = pace.take(at: .seconds(6))
        #expect(!isTold)
        #expect(pace.next == nil)
        pace.request()
        #expect(pace.next == .milliseconds(5100))
    }

    @Test func nineInASecondLeaveRoomForTheLastOfTen() {
        let times = times(.ofDesktop, until: 3000)
        for start in 0..<2000 {
            #expect(times.count { (start...start + 1000).contains($0) } <= 9)
        }
    }
}
