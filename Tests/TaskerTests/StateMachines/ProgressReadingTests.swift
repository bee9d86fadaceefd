import TestSupport
import Testing

@testable import Tasker

/// What the ready-made parsers read from a line.
@Suite struct ProgressReadingTests {
    private func percentage(_ line: String) -> ProgressReading.Amount? {
        ProgressReading(percentageIn: Array(line.utf8))?.amount
    }

    private func count(_ line: String) -> ProgressReading.Amount? {
        ProgressReading(countIn: Array(line.utf8))?.amount
    }

    private func json(_ line: String) -> ProgressReading? {
        ProgressReading(jsonIn: Array(line.utf8))
    }

    // MARK: - Percentages

    @Test(
        arguments: [
            ("42%", 0.42), ("42 %", 0.42), ("0%", 0), ("100%", 1), ("100.00%", 1), ("12.5%", 0.125), ("12,5 %", 0.125),
            ("     32,768  50%   31.25kB/s    0:00:01", 0.5), ("######      75.0%", 0.75),
            ("first 10%, then 25% done", 0.25),
            ("[25%] disk used 250%", 0.25), ("50% of a%20b", 0.5), ("Reading… 7%", 0.07), ("(33%)", 0.33), ("100%!", 1),
        ]
    )
    func aPercentageIsFound(line: String, fraction: Double) {
        #expect(percentage(line) == .fraction(fraction))
    }

    @Test(
        arguments: [
            "", "%", " %", "42", "101%", "a%20b", "12%abc", "-5%", "1.2.3%", ".5%", "5.%", "nan%", "inf%", "0x1%x",
            String(repeating: "9", count: 100) + "%", "5  %", "٤%",
        ]
    )
    func whatIsNoPercentageIsIgnored(line: String) {
        #expect(percentage(line) == nil, "\(line)")
    }

    // MARK: - Counts

    @Test(
        arguments: [
            ("3/10", 3.0, 10.0), ("[3/10] Compiling a.c", 3, 10), ("[ 3/ 10]", 3, 10), ("3 / 10", 3, 10),
            ("3 of 10", 3, 10),
            ("Step 3/10: RUN echo 1/2", 3, 10), ("file 12 of 40.", 12, 40), ("0/7", 0, 7), ("7/7", 7, 7),
            ("(1/2)", 1, 2),
            ("xfr=1 to-chk=169/396", 169, 396), ("v2 3/10", 3, 10), ("10 of us, 3 of 4", 3, 4),
            ("999999999999999/999999999999999", 999_999_999_999_999, 999_999_999_999_999),
        ]
    )
    func aCountIsFound(line: String, done: Double, total: Double) {
        #expect(count(line) == .count(done, of: total))
    }

    @Test(
        arguments: [
            "", "3", "3/", "/3", "a/3", "3/a", "11/10", "0/0", "12/11/2026", "/usr/3/10", "x3/10", "3/10x", "1.3/10",
            "1,234/5,678",
            "3 of", "3of10", "3 of10", "3 off 10", "3/10-rc", "12/30:45", "1/2.5", "-1/3", "1/-3",
            "1000000000000000/2000000000000000",
        ]
    )
    func whatIsNoCountIsIgnored(line: String) {
        #expect(count(line) == nil, "\(line)")
    }

    // MARK: - JSON

    @Test func keysOfAnObjectAreRead() {
        #expect(json(#"{"progress": 0.5}"#) == ProgressReading(amount: .fraction(0.5)))
        #expect(json(#" {"current": 3, "total": 10}"#) == ProgressReading(amount: .count(3, of: 10)))
        #expect(json(#"{"message": "Packing \"a\""}"#) == ProgressReading(message: "Packing \"a\""))
        #expect(
            json(#"{"progress": 1, "current": 3, "total": 10, "message": "x", "level": ["info"]}"#)
                == ProgressReading(amount: .fraction(1), message: "x")
        )
    }

    @Test func aKeyThatIsNoneDoesNotSpoilTheOthers() {
        #expect(json(#"{"progress": "half", "message": "x"}"#) == ProgressReading(message: "x"))
        #expect(json(#"{"progress": 57, "current": 1, "total": 2}"#) == ProgressReading(amount: .count(1, of: 2)))
        #expect(
            json(#"{"progress": null, "message": 3, "current": 1, "total": 2}"#)
                == ProgressReading(amount: .count(1, of: 2))
        )
    }

    @Test(
        arguments: [
            "", "{", "{}", "[]", "3", "null", "text", #"{"progress": 2}"#, #"{"progress": -1}"#, #"{"current": 3}"#,
            #"{"total": 3}"#,
            #"{"current": 3, "total": 0}"#, #"{"current": -1, "total": 3}"#, #"{"progress": 1e999}"#,
            #"{"progress": NaN}"#,
            #"{"progress": 0.5"#, #"{"other": 1}"#,
        ]
    )
    func whatIsNoReadingIsIgnored(line: String) {
        #expect(json(line) == nil, "\(line)")
    }

    // MARK: - Anything

    @Test func noLineIsTooOdd() {
        let seed = RandomSeed.announced(for: "ProgressReadingTests")
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "%", " ", "/", "of", " of ", ".", ",", "-", "0", "7", "100", "{", "}", "[", "\"progress\":", "\"total\":",
            "\"current\":", "\"", "\\", "é", "\0",
        ]
        .map { Array($0.utf8) }
        for _ in 0..<20_000 {
            var line: [UInt8] = []
            for _ in 0..<random.below(24) {
                line +=
                    random.isOne(in: 3)
                    ? [UInt8(truncatingIfNeeded: random.next())] : pieces[random.below(pieces.count)]
            }
            let readings = [
                ProgressReading(percentageIn: line), ProgressReading(countIn: line), ProgressReading(jsonIn: line),
            ]
            for case .some(let reading) in readings { check(reading, line, seed) }
        }
    }

    @Test func aLongLineIsReadInTimeInProportion() {
        // Not finished within the test's patience if each sign looked at the whole line.
        for piece in ["%", "1%", "1 ", "1/", "1 of ", "9", "{\"a\":", "["] {
            let line = Array(String(repeating: piece, count: LineSplitter.lineLimit / piece.utf8.count).utf8)
            _ = ProgressReading(percentageIn: line)
            _ = ProgressReading(countIn: line)
            _ = ProgressReading(jsonIn: line)
        }
    }

    private func check(_ reading: ProgressReading, _ line: [UInt8], _ seed: UInt64) {
        switch reading.amount {
        case .fraction(let fraction): #expect((0...1).contains(fraction), "\(line), seed \(seed)")
        case .count(let count, let total): #expect(count >= 0 && total > 0 && total.isFinite, "\(line), seed \(seed)")
        case nil: #expect(reading.message != nil, "\(line), seed \(seed)")
        }
    }
}
