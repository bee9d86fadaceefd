import Synchronization

/// What adds up to the progress of one context: what it reported itself, and what its weighted parts have done.
///
/// Any thread, without locks.
struct ProgressCount: ~Copyable, Sendable {
    private let totalUnits: Atomic<Double>
    /// The fraction that the context or one of its ranges reported last.
    ///
    /// The sign says that it is not known (also of zero); the magnitude is what it counts for when it is known again.
    private let own: Atomic<Double>
    /// What the weighted parts have done, in units of the total: so a total that is found out late, or grows, counts for
    /// what was done before it as well.
    private let parts = Atomic<Double>(0)

    init(total: Double = 1, isKnown: Bool = true) {
        totalUnits = Atomic(total)
        own = Atomic(isKnown ? 0 : -0.0)
    }

    var total: Double {
        totalUnits.load(ordering: .relaxed)
    }

    func setTotal(_ total: Double) {
        totalUnits.store(total, ordering: .sequentiallyConsistent)
    }

    // MARK: - Reading

    /// The fraction done, 0…1; nil: unknown.
    var known: Double? {
        let own = own.load(ordering: .sequentiallyConsistent)
        return own.sign == .minus ? nil : sum(own)
    }

    /// The fraction done, whether or not it is known.
    var reached: Double {
        sum(own.load(ordering: .sequentiallyConsistent).magnitude)
    }

    private func sum(_ own: Double) -> Double {
        let parts = parts.load(ordering: .sequentiallyConsistent)
        // Below zero where a part that was dropped is taken back.
        return parts > 0 ? min(own + parts / total, 1) : own
    }

    /// Whether a weighted part has done anything.
    var hasParts: Bool {
        parts.load(ordering: .relaxed) != 0
    }

    // MARK: - Writing

    /// Sets the context's own fraction, 0…1 and no negative zero, which is known from then on unless said otherwise.
    func set(_ fraction: Double, isKnown: Bool = true) {
        own.store(isKnown ? fraction : -fraction, ordering: .releasing)
    }

    /// As ``set(_:isKnown:)``; and whoever replaces a fraction sees all that was reported before that was set.
    func replace(_ fraction: Double) {
        _ = own.exchange(fraction, ordering: .acquiringAndReleasing)
    }

    /// Makes a fraction known that is not.
    ///
    /// - Parameter fraction: What it is then; nil: what it was.
    /// - Returns: Whether it was unknown.
    func begin(at fraction: Double?) -> Bool {
        var current = own.load(ordering: .sequentiallyConsistent)
        while current.sign == .minus {
            let (exchanged, original) = own.compareExchange(
                expected: current,
                desired: (fraction ?? current).magnitude,
                ordering: .sequentiallyConsistent
            )
            if exchanged { return true }
            current = original
        }
        return false
    }

    /// Makes the fraction unknown, and keeps it.
    func hide() {
        var current = own.load(ordering: .sequentiallyConsistent)
        while current.sign == .plus {
            let (exchanged, original) = own.compareExchange(
                expected: current,
                desired: -current,
                ordering: .sequentiallyConsistent
            )
            if exchanged { return }
            current = original
        }
    }

    /// Adds what a weighted part has done since it last did.
    func add(_ units: Double) {
        var current = parts.load(ordering: .relaxed)
        while true {
            let (exchanged, original) = parts.weakCompareExchange(
                expected: current,
                desired: current + units,
                ordering: .sequentiallyConsistent
            )
            if exchanged { return }
            current = original
        }
    }

    /// Forgets what the weighted parts have done; what they do from here on is added to nothing.
    func dropParts() {
        parts.store(0, ordering: .sequentiallyConsistent)
    }

    /// Rounds units to a multiple of 2⁻⁴⁴ of the total (of the power of two below it), so that sums of up to 2⁸ times the
    /// total are exact, whatever the order in which threads add and take away.
    func rounded(_ units: Double) -> Double {
        // A Double of this size has that distance to the next one. The bound keeps it finite.
        let magnet = min(total, 0x1p1000).binade * 0x1.8p8
        return units + magnet - magnet
    }
}
