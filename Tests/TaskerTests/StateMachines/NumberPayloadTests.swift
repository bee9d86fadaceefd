import Foundation
import Testing

@testable import Tasker

@Suite struct NumberPayloadTests {
    @Test(arguments: [0, -0.0, 1.0 / 3, .greatestFiniteMagnitude, .infinity])
    func numberAndTextTravel(_ number: Double) throws {
        let plain = try #require(NumberPayload(decoding: NumberPayload(number: number).encoded()))
        #expect(plain.number.bitPattern == number.bitPattern)
        #expect(plain.text == nil)
        let named = try #require(NumberPayload(decoding: NumberPayload(number: number, text: "páges").encoded()))
        #expect(named.number.bitPattern == number.bitPattern)
        #expect(named.text == "páges")
    }

    @Test func noNumberTravelsAsOne() throws {
        #expect(try #require(NumberPayload(decoding: NumberPayload(number: .nan).encoded())).number.isNaN)
    }

    @Test func aPayloadThatIsTooShortIsNone() {
        for count in 0..<8 { #expect(NumberPayload(decoding: Data(count: count)) == nil) }
    }

    @Test func aSliceIsReadFromItsOwnStart() throws {
        let bytes = Data([9, 9, 9]) + NumberPayload(number: 7.5, text: "x").encoded()
        let payload = try #require(NumberPayload(decoding: bytes[3...]))
        #expect(payload.number == 7.5)
        #expect(payload.text == "x")
    }
}
