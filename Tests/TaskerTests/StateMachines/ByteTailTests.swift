import Testing

@testable import Tasker

@Suite struct ByteTailTests {
    @Test func keepsTheLastBytesOfManyAppends() {
        var tail = ByteTail(limit: 4)
        for character in "abcdefghijklmnopqrstuvwxyz" { tail.append(Array(String(character).utf8)) }
        #expect(tail.text == "wxyz")
    }

    @Test func keepsTheEndOfOneLargeAppend() {
        var tail = ByteTail(limit: 3)
        tail.append(Array("a".utf8))
        tail.append(Array("0123456789".utf8))
        #expect(tail.text == "789")
    }

    @Test func keepsEverythingBelowTheLimit() {
        var tail = ByteTail(limit: 100)
        #expect(tail.text == "")
        tail.append(Array("one\ntwo\n".utf8))
        #expect(tail.text == "one\ntwo")
    }
}
