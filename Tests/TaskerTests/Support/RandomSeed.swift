import Glibc

/// The seed of a randomised test: another one in each run, unless the environment names the one of a run to be repeated.
enum RandomSeed {
    /// The seed, after it was printed.
    static func announced(for test: String) -> UInt64 {
        let given = getenv("TASKER_SEED").flatMap { UInt64(String(cString: $0)) }
        let seed = given ?? .random(in: 0...(.max))
        print("\(test): TASKER_SEED=\(seed)")
        return seed
    }
}

/// Numbers that follow from a seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// Whether something happens that happens once in `count` times.
    mutating func isOne(in count: UInt64) -> Bool {
        next() % count == 0
    }

    mutating func below(_ end: Int) -> Int {
        Int(next() % UInt64(end))
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }
}
