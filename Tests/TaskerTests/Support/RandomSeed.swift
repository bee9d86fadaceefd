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
