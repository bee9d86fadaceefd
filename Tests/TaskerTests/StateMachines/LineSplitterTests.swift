import Testing

@testable import Tasker

@Suite struct LineSplitterTests {
    private func lines(_ reads: [[UInt8]]) -> [[UInt8]] {
        var splitter = LineSplitter()
        var lines: [[UInt8]] = []
        for read in reads { read.withUnsafeBytes { splitter.append($0) { lines.append($0) } } }
        splitter.finish { lines.append($0) }
        return lines
    }

    @Test func theSplitOfTheReadsDoesNotMatter() {
        let bytes = Array("one\n\ntwo\nlast".utf8)
        let expected = ["one", "", "two", "last"].map { Array($0.utf8) }
        #expect(lines([bytes]) == expected)
        #expect(lines(bytes.map { [$0] }) == expected)
        for cut in bytes.indices { #expect(lines([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected) }
    }

    @Test func aLineEndsWithANewlineACarriageReturnOrBoth() {
        let bytes = Array("\rone\r\ntwo\n\rthree\r\r\nfour\r".utf8)
        let expected = ["", "one", "two", "", "three", "", "four"].map { Array($0.utf8) }
        #expect(lines([bytes]) == expected)
        #expect(lines(bytes.map { [$0] }) == expected)
        #expect(lines(bytes.flatMap { [[$0], []] }) == expected)
        for cut in bytes.indices { #expect(lines([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected) }
    }

    @Test func nothingFollowsALastNewline() {
        #expect(lines([Array("one\n".utf8)]) == [Array("one".utf8)])
        #expect(lines([]) == [])
        #expect(lines([[]]) == [])
    }

    @Test func aLineOfTheLimitIsWholeAndALongerOneComesInPieces() {
        let limit = LineSplitter.lineLimit
        let whole = [UInt8](repeating: 65, count: limit)
        #expect(lines([whole + [10]]) == [whole])
        #expect(lines([whole, [66], [10, 67]]) == [whole, [66], [67]])
        #expect(lines([whole + whole + [66, 10]]) == [whole, whole, [66]])
    }

    @Test func bytesThatAreNoTextPassUntouched() {
        #expect(lines([[0xFF, 0x00, 10, 0xC3]]) == [[0xFF, 0x00], [0xC3]])
    }
}
