import CTaskerGLib
import Foundation
import Glibc
import Testing

@testable import Tasker

@Suite struct SharedBufferTests {
    private struct Album: Codable {
        var cover: SharedBuffer
        var pages: [SharedBuffer]
    }

    @Test func aNewOneIsZero() throws {
        let buffer = try SharedBuffer(byteCount: 100_000)
        #expect(buffer.count == 100_000)
        #expect(buffer.withUnsafeBytes { $0.allSatisfy { $0 == 0 } })
    }

    @Test func anEmptyOneIsEmpty() throws {
        let buffer = try SharedBuffer(byteCount: 0)
        #expect(buffer.count == 0)
        #expect(buffer.withUnsafeMutableBytes { $0.isEmpty })
    }

    @Test func aNegativeNumberOfBytesIsAnError() {
        #expect(throws: TaskerError.self) { _ = try SharedBuffer(byteCount: -1) }
    }

    @Test func aCopyIsTheSameMemory() throws {
        let buffer = try SharedBuffer([1, 2, 3])
        let copy = buffer
        copy.withUnsafeMutableBytes { $0[1] = 9 }
        #expect(buffer.withUnsafeBytes { Array($0) } == [1, 9, 3])
    }

    @Test func whoHasItCannotChangeItsSize() throws {
        let buffer = try SharedBuffer(byteCount: 8192)
        #expect(ftruncate(buffer.memory.descriptor, 0) != 0)
        #expect(ftruncate(buffer.memory.descriptor, 1 << 20) != 0)
    }

    @Test func whatCouldBeCutOffIsRefusedAndClosed() throws {
        let file = tasker_memfd("test")
        #expect(ftruncate(file, 4096) == 0)
        #expect(throws: TaskerError.self) { _ = try SharedMemory(adopting: file) }
        let pipe = try DescriptorIO.pipe()
        defer { close(pipe.write) }
        #expect(throws: TaskerError.self) { _ = try SharedMemory(adopting: pipe.read) }
        // Nobody reads it any more.
        var polled = pollfd(fd: pipe.write, events: 0, revents: 0)
        #expect(poll(&polled, 1, 0) == 1)
        #expect(polled.revents & Int16(POLLERR) != 0)
    }

    @Test func anotherCoderTakesTheBytes() throws {
        let data = try JSONEncoder().encode([SharedBuffer([1, 2, 3])])
        let decoded = try JSONDecoder().decode([SharedBuffer].self, from: data)
        #expect(decoded.first.map { $0.withUnsafeBytes { Array($0) } } == [1, 2, 3])
    }

    @Test func theyArePassedBesideTheValueEachOnce() throws {
        let (cover, page) = (try SharedBuffer([1]), try SharedBuffer([2]))
        let passed = PassedBuffers()
        let data = try WireCoding.encode(Album(cover: cover, pages: [page, cover, page]), passing: passed)
        #expect(data.count < 100)
        #expect(passed.all.map(ObjectIdentifier.init) == [cover.memory, page.memory].map(ObjectIdentifier.init))
        let album = try WireCoding.decode(Album.self, from: data, passed: passed)
        #expect(album.cover.memory === cover.memory)
        #expect(album.pages.map { $0.withUnsafeBytes { $0[0] } } == [2, 1, 2])
    }

    @Test func oneThatWasNotPassedIsAnError() throws {
        let passed = PassedBuffers()
        let data = try WireCoding.encode(SharedBuffer([1]), passing: passed)
        #expect(throws: DecodingError.self) {
            _ = try WireCoding.decode(SharedBuffer.self, from: data, passed: PassedBuffers())
        }
    }

    @Test func tooManyAreAnError() throws {
        let many = try (0...PassedBuffers.limit).map { _ in try SharedBuffer([1]) }
        #expect(throws: Never.self) { _ = try WireCoding.encode(Array(many.dropLast()), passing: PassedBuffers()) }
        #expect(throws: (any Error).self) { _ = try WireCoding.encode(many, passing: PassedBuffers()) }
    }

    @Test func framesTakeWhatCameWithThem() throws {
        let queue = DescriptorQueue()
        let buffers = try [1, 2, 3].map { try SharedBuffer(byteCount: $0) }
        for buffer in buffers { queue.append([dup(buffer.memory.descriptor)]) }
        #expect(try queue.take(0) == nil)
        #expect(try queue.take(2)?.all.map(\.byteCount) == [1, 2])
        #expect(throws: TaskerError.self) { _ = try queue.take(2) }
        #expect(try queue.take(1)?.all.map(\.byteCount) == [3])
    }

    @Test func nobodyGetsWhatMayBeAnothers() throws {
        let buffer = try SharedBuffer(byteCount: 1)
        let queue = DescriptorQueue()
        queue.append([dup(buffer.memory.descriptor)], isTruncated: true)
        queue.append([dup(buffer.memory.descriptor)])
        #expect(throws: TaskerError.self) { _ = try queue.take(1) }
        #expect(try queue.take(0) == nil)
        let flooded = DescriptorQueue()
        for _ in 0...(2 * PassedBuffers.limit) { flooded.append([dup(buffer.memory.descriptor)]) }
        #expect(throws: TaskerError.self) { _ = try flooded.take(1) }
    }
}
