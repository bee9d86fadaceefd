import FoundationEssentials

/// Cuts bytes into frames as the application does with what a worker sends, and decodes what they carry.
///
/// Built by `Tests/Fuzz/run` with the files that it tests, under libFuzzer and the address sanitizer.
enum FrameDecoderFuzzer {
    struct Outcome: Equatable {
        var frames: [WorkerFrame] = []
        var isViolation = false
    }

    /// What comes of bytes that arrive in pieces.
    static func outcome(of bytes: UnsafeBufferPointer<UInt8>, inPiecesOf size: Int) -> Outcome {
        var outcome = Outcome()
        var decoder = WorkerFrameDecoder()
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = bytes[start..<min(start + size, bytes.count)]
            decoder.append(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: piece)))
            do {
                while let frame = try decoder.next() { outcome.frames.append(frame) }
            } catch {
                outcome.isViolation = true
                return outcome
            }
        }
        return outcome
    }

    static func check(_ bytes: UnsafeBufferPointer<UInt8>, pieces: Int) {
        let whole = outcome(of: bytes, inPiecesOf: max(1, bytes.count))
        guard whole == outcome(of: bytes, inPiecesOf: pieces) else { fatalError("Pieces make a difference.") }
        var encoded: [UInt8] = []
        for frame in whole.frames {
            guard let again = try? frame.encoded() else { fatalError("A frame that came cannot go.") }
            encoded += again
            checkPayload(frame.payload)
        }
        guard bytes.starts(with: encoded) else { fatalError("Frames are not what they were made of.") }
    }

    /// Every kind of payload, whatever the frame says that it carries.
    private static func checkPayload(_ payload: Data) {
        if let run = RunPayload(decoding: payload), let again = try? run.encoded() {
            // A name that is no UTF-8 is mended, and longer then.
            guard again.count >= payload.count, RunPayload(decoding: again)?.task == run.task else {
                fatalError("A run is not what it was made of.")
            }
        }
        if let named = NamedPayload(decoding: payload), let again = try? named.encoded() {
            guard NamedPayload(decoding: again)?.name == named.name, again.suffix(named.data.count) == named.data else {
                fatalError("A name is not what it was made of.")
            }
        }
        if let number = NumberPayload(decoding: payload) {
            guard NumberPayload(decoding: number.encoded())?.number.bitPattern == number.number.bitPattern else {
                fatalError("A number is not what it was made of.")
            }
        }
    }
}

/// What libFuzzer calls: the first byte says in which pieces the rest arrives.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFrameDecoder(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    guard let first = input.first else { return 0 }
    FrameDecoderFuzzer.check(UnsafeBufferPointer(rebasing: input.dropFirst()), pieces: Int(first) + 1)
    return 0
}
