import Testing

@testable import Tasker

/// Promise 32 when the guardian is slow.
@Suite struct GuardianNewsTests {
    /// Takes so many lines and no more.
    private final class Socket {
        var room: Int?
        var lines: [String] = []

        init(room: Int?) {
            self.room = room
        }

        func send(_ bytes: UnsafeRawBufferPointer) -> Int? {
            guard let room else { return nil }
            guard room > 0 else { return 0 }
            self.room = room - 1
            lines.append(String(decoding: bytes, as: UTF8.self))
            return bytes.count
        }
    }

    @Test func promise32WhatTheSocketDoesNotTakeIsToldInOrderLater() {
        let socket = Socket(room: 1)
        var news = GuardianNews()
        for word in ["1", "2", "3"] { news.add(word) }
        var isThere = news.tell(socket.send)
        #expect(isThere)
        #expect(!news.isEmpty)
        #expect(socket.lines == [". 1\n"])
        news.remove("1")
        socket.room = 10
        isThere = news.tell(socket.send)
        #expect(isThere)
        #expect(news.isEmpty)
        #expect(socket.lines == [". 1\n", ". 2\n", ". 3\n", "1 .\n"])
    }

    @Test func whatComesAndGoesUntoldWaitsForNobody() {
        let socket = Socket(room: 0)
        var news = GuardianNews()
        for word in 0..<1000 {
            news.add("\(word)")
            _ = news.tell(socket.send)
            news.remove("\(word)")
        }
        #expect(news.isEmpty)
    }

    @Test func whatTakesAnothersPlaceIsToldWithIt() {
        let socket = Socket(room: 1)
        var news = GuardianNews()
        news.add("1")
        _ = news.tell(socket.send)
        news.add("2", insteadOf: "1")
        news.add("3")
        news.add("4", insteadOf: "3")
        socket.room = 10
        _ = news.tell(socket.send)
        #expect(socket.lines == [". 1\n", "1 2\n", ". 4\n"])
    }

    @Test func theOtherHasGoneAlsoIfWhatTookItsPlaceGoesUntold() {
        let socket = Socket(room: 1)
        var news = GuardianNews()
        news.add("1")
        _ = news.tell(socket.send)
        news.add("2", insteadOf: "1")
        news.remove("2")
        socket.room = 10
        _ = news.tell(socket.send)
        #expect(socket.lines == [". 1\n", "1 .\n"])
        #expect(news.isEmpty)
    }

    @Test func nobodyThereIsTold() {
        var news = GuardianNews()
        news.add("1")
        let isThere = news.tell(Socket(room: nil).send)
        #expect(!isThere)
    }
}
