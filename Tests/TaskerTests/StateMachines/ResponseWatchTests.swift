import Testing

@testable import Tasker

@Suite struct ResponseWatchTests {
    private var watch = ResponseWatch()

    private func sight(_ heard: Int, unread: Int = 0, run: UInt64 = 1) -> ResponseWatch.Sight {
        ResponseWatch.Sight(run: WorkerRunID(rawValue: run), heard: heard, unread: unread)
    }

    private mutating func verdicts(_ sights: ResponseWatch.Sight?...) -> [ResponseWatch.Verdict] {
        sights.map { watch.look($0) }
    }

    @Test mutating func aSilentOneIsAskedAndGivenUpAfterThreeMoreTicks() {
        let silent = sight(7)
        #expect(verdicts(silent, silent, silent, silent, silent) == [.wait, .ask, .wait, .wait, .giveUp])
    }

    @Test mutating func anAnswerBeginsAnew() {
        let verdicts = verdicts(sight(7), sight(7), sight(7), sight(7), sight(21), sight(21), sight(21))
        #expect(verdicts == [.wait, .ask, .wait, .wait, .wait, .ask, .wait])
    }

    @Test mutating func oneThatTalksIsNotAsked() {
        #expect((0..<20).allSatisfy { watch.look(sight($0)) == .wait })
    }

    @Test mutating func anotherTaskBeginsAnew() {
        let verdicts = verdicts(sight(7), sight(7), sight(7), sight(7), sight(7, run: 2), sight(7, run: 2))
        #expect(verdicts == [.wait, .ask, .wait, .wait, .wait, .ask])
    }

    @Test mutating func whoMayNotAnswerIsNotAsked() {
        let verdicts = verdicts(sight(7), sight(7), sight(7), sight(7), nil, sight(7), sight(7))
        #expect(verdicts == [.wait, .ask, .wait, .wait, .wait, .wait, .ask])
        #expect((0..<20).allSatisfy { _ in watch.look(nil) == .wait })
    }

    @Test mutating func whatItStillReadsKeepsItAlive() {
        let sizes = [9000, 8000, 8000, 5000, 0, 0]
        #expect(sizes.map { watch.look(sight(7, unread: $0)) } == [.wait, .wait, .ask, .wait, .wait, .ask])
    }

    @Test mutating func oneThatReadsNothingIsGivenUpHoweverMuchIsAddedToIt() {
        let verdicts = [100, 100, 114, 114, 5000].map { watch.look(sight(7, unread: $0)) }
        #expect(verdicts == [.wait, .ask, .wait, .wait, .giveUp])
    }
}
