import TestSupport
import Testing

@testable import Tasker

@Suite struct SecretTextsTests {
    private func hide(_ secrets: String..., in text: String) -> String {
        SecretTexts(secrets).hide(in: text)
    }

    @Test func eachOccurrenceIsReplaced() {
        #expect(hide("hunter2", in: "hunter2: --password=hunter2 x") == "•••: --password=••• x")
        #expect(hide("hunter2", in: "hunter") == "hunter")
        #expect(hide("é", in: "café") == "caf•••")
        #expect(hide("", in: "text") == "text")
        #expect(hide(in: "text") == "text")
    }

    @Test func secretsThatOverlapLeaveNothingBetweenThem() {
        #expect(hide("abc", "bcd", in: "xabcdx") == "x•••x")
        #expect(hide("aa", in: "xaaax") == "x•••x")
        #expect(hide("ab", "cd", in: "abcd") == "•••")
        #expect(hide("secret", "cre", in: "secret") == "•••")
    }

    @Test func aLineOfASecretIsOne() {
        #expect(hide("token\n", in: "the token") == "the •••")
        #expect(hide("first line\r\nsecond\nx", in: "second x first line") == "••• x •••")
    }

    @Test func aTailThatBeginsInsideASecretDoesNotShowItsEnd() {
        let secret = "0123456789"
        for limit in 1...12 {
            var tail = ByteTail(limit: limit, hiding: SecretTexts([secret]))
            for byte in "xx\(secret)y\n".utf8 { tail.append([byte]) }
            let expected = limit == 1 ? "" : limit == 2 ? "y" : "•••y"
            #expect(tail.text == expected, "\(limit)")
        }
    }

    @Test func aTailShowsNoSecretWhereverItIsCut() {
        let seed = RandomSeed.announced(for: "SecretTextsTests")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let secrets = (0...random.below(3)).map { _ in
                String((0...random.below(5)).map { _ in "abc".randomElement(using: &random) ?? "a" })
            }
            var tail = ByteTail(limit: 1 + random.below(20), hiding: SecretTexts(secrets))
            for _ in 0..<random.below(8) {
                tail.append((0..<random.below(12)).map { _ in UInt8(ascii: "a") + UInt8(random.below(5)) })
            }
            let text = tail.text
            for secret in secrets { #expect(!text.contains(secret), "\(secret) in \(text), seed \(seed)") }
        }
    }
}
