import Foundation
import Testing

@testable import Tasker

@Suite struct WorkerFrameTests {
    private static let frames = [
        WorkerFrame(kind: .ready, run: 0),
        WorkerFrame(kind: .event, run: WorkerFrame.runMask, bufferCount: .max, payload: Data("a\nb\n".utf8)),
        WorkerFrame(kind: .result, run: 7, bufferCount: 64, payload: Data(repeating: 10, count: 3000)),
    ]

    private func decoded(_ reads: [[UInt8]]) throws -> [WorkerFrame] {
        var decoder = WorkerFrameDecoder()
        var frames: [WorkerFrame] = []
        for read in reads {
            read.withUnsafeBytes { decoder.append($0) }
            while let frame = try decoder.next() { frames.append(frame) }
        }
        return frames
    }

    private func code(_ body: () throws -> Void) -> TaskerError.Code? {
        do { try body() } catch { return (error as? TaskerError)?.code }
        return nil
    }

    @Test func framesSurviveEverySplitOfTheReads() throws {
        let bytes = try Self.frames.flatMap { try $0.encoded() }
        #expect(try decoded([bytes]) == Self.frames)
        #expect(try decoded(bytes.map { [$0] }) == Self.frames)
        for cut in 0..<64 { #expect(try decoded([Array(bytes[..<cut]), Array(bytes[cut...])]) == Self.frames) }
    }

    @Test func everyKindTravels() throws {
        for raw in UInt8.min...UInt8.max {
            guard let kind = WorkerFrame.Kind(rawValue: raw) else { continue }
            let frame = WorkerFrame(kind: kind, run: 1, payload: Data([raw]))
            #expect(try decoded([frame.encoded()]) == [frame])
        }
    }

    @Test func aPartOfAFrameIsNone() throws {
        let bytes = try Self.frames[1].encoded()
        for end in bytes.indices { #expect(try decoded([Array(bytes[..<end])]) == []) }
    }

    @Test func anUnknownKindIsAViolation() throws {
        var bytes = try Self.frames[0].encoded()
        bytes[4] = 0
        #expect(code { _ = try decoded([bytes]) } == .protocolViolation)
    }

    @Test func aLengthOverTheLimitIsAViolationBeforeItsBytesCome() throws {
        var bytes = try Self.frames[0].encoded()
        bytes.replaceSubrange(0..<4, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(code { _ = try decoded([bytes]) } == .protocolViolation)
    }

    @Test func aFrameWithoutItsNewlineIsAViolation() throws {
        var bytes = try Self.frames[1].encoded()
        bytes[bytes.count - 1] = 0
        #expect(code { _ = try decoded([bytes]) } == .protocolViolation)
    }

    @Test func textOnTheConnectionIsAViolation() {
        #expect(code { _ = try decoded([Array("hello, world, this is print()\n".utf8)]) } == .protocolViolation)
    }

    @Test func aPayloadOverTheLimitIsNotEncoded() {
        let frame = WorkerFrame(kind: .run, run: 1, payload: Data(count: WorkerFrame.payloadLimit + 1))
        #expect(code { _ = try frame.encoded() } == .frameTooLarge)
    }
}
