import TestSupport
import Testing

@testable import TaskerGTK

@Suite struct ListSpliceTests {
    @Test func nothingChangedMeansNoSplice() {
        #expect(ListSplice.between(removed: [], added: [], limit: 8) == [])
    }

    @Test func neighboursAreOneSplice() {
        // 0 1 2 3 4 -> 0 a b 4
        #expect(
            ListSplice.between(removed: [1, 2, 3], added: [1, 2], limit: 8)
                == [ListSplice(position: 1, removed: 3, newPosition: 1, added: 2)]
        )
    }

    @Test func whatStaysInBetweenMakesTwo() {
        // 0 1 2 -> a 0 2 b
        #expect(
            ListSplice.between(removed: [1], added: [0, 3], limit: 8)
                == [
                    ListSplice(position: 0, removed: 0, newPosition: 0, added: 1),
                    ListSplice(position: 1, removed: 1, newPosition: 2, added: 0),
                    ListSplice(position: 3, removed: 0, newPosition: 3, added: 1),
                ]
        )
    }

    @Test func moreThanTheLimitAreOneFromTheFirstToTheLast() {
        // 0 1 2 3 4 5 -> 1 2 4 5 without 0 and 3
        #expect(
            ListSplice.between(removed: [0, 3], added: [], limit: 1)
                == [ListSplice(position: 0, removed: 4, newPosition: 0, added: 2)]
        )
    }

    @Test(arguments: [1, 3, .max], 0..<50 as Range<UInt64>)
    func splicesFromTheLastToTheFirstLeadToTheNewList(limit: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let all = Array(0..<60)
        let old = all.filter { _ in Bool.random(using: &random) }
        let new = all.filter { _ in Bool.random(using: &random) }
        let splices = ListSplice.between(
            removed: old.indices.filter { !new.contains(old[$0]) },
            added: new.indices.filter { !old.contains(new[$0]) },
            limit: limit
        )
        #expect(splices.count <= limit)
        var list = old
        for splice in splices.reversed() {
            list.replaceSubrange(
                splice.position..<(splice.position + splice.removed),
                with: new[splice.newPosition..<(splice.newPosition + splice.added)]
            )
        }
        #expect(list == new)
    }
}
