import Foundation
import Testing

@testable import Tasker

@Suite struct NamedPayloadTests {
    @Test func nameAndDataTravel() throws {
        for name in ["", "row", "größer\n", String(repeating: "x", count: 65_535)] {
            let payload = try NamedPayload(name: name, data: Data([0, 10, 255])).encoded()
            let decoded = try #require(NamedPayload(decoding: payload))
            #expect(decoded.name == name)
            #expect(decoded.data == Data([0, 10, 255]))
        }
    }

    @Test func aNameThatIsTooLongIsNotEncoded() {
        let payload = NamedPayload(name: String(repeating: "x", count: 65_536), data: Data())
        #expect(throws: TaskerError.self) { try payload.encoded() }
    }

    @Test func aPayloadThatIsTooShortIsNone() throws {
        let payload = try NamedPayload(name: "name", data: Data()).encoded()
        for count in 0..<payload.count { #expect(NamedPayload(decoding: payload.prefix(count)) == nil) }
        #expect(NamedPayload(decoding: payload)?.data == Data())
    }

    @Test func aSliceIsReadFromItsOwnStart() throws {
        let payload = try NamedPayload(name: "name", data: Data([1])).encoded()
        let slice = (Data([9, 9, 9]) + payload).dropFirst(3)
        #expect(NamedPayload(decoding: slice)?.name == "name")
    }
}
