import Synchronization

/// What a sub-context has reported, and the place of that in its parent.
///
/// Any thread, without locks: every report goes up to the task at once, so that reading the task's progress costs the same
/// however many parts it has.
final class ProgressPart: Sendable {
    enum Place: Sendable {
        /// Where 0 and 1 of this part lie on the parent's 0…1; of several ranges the one that reported last counts.
        case range(base: Double, length: Double)
        /// How many of the parent's units this part stands for; all of them add up.
        case weight(Double)
    }

    let count: ProgressCount
    private let cell: TaskCell
    /// nil: the task itself.
    private let parent: ProgressPart?
    /// The same (`parent` keeps it), without a retain and a release a report: at a depth of three they were 36 of its 48 ns.
    private let unretainedParent: Unmanaged<ProgressPart>?
    private let place: Place
    /// The units that the parent has counted of this part.
    private let counted = Atomic<Double>(0)

    init(of parent: ProgressPart?, _ cell: TaskCell, _ place: Place, total: Double) {
        self.parent = parent
        unretainedParent = parent.map { .passUnretained($0) }
        self.cell = cell
        self.place = place
        count = ProgressCount(total: total)
    }

    func setProgress(_ fraction: Double) {
        count.set(fraction)
        push()
    }

    func setTotal(_ total: Double) {
        count.setTotal(total)
        begin(at: count.reached)
        // What the parts have done is another fraction now.
        if count.hasParts { push() }
    }

    /// Starts anew at zero, and makes the task's progress unknown until the next report.
    func forgetProgress() {
        count.set(0)
        count.dropParts()
        push(isKnown: false)
    }

    /// Hands on what this part has reached.
    private func push(isKnown: Bool = true) {
        let reached = count.reached
        if let unretainedParent {
            unretainedParent._withUnsafeGuaranteedRef { parent in
                move(reached, to: parent.count)
                parent.push(isKnown: isKnown)
            }
        } else {
            move(reached, to: cell.count)
            if isKnown { cell.progressChanged() } else { cell.progressForgotten() }
        }
        // Another thread may have reported meanwhile and have been overtaken by this one on the way up; then what this one
        // brought there is old. Whoever is last sees that here: to hand on is to read, change and write, and what is reported is
        // stored before it is handed on.
        if count.reached != reached { push() }
    }

    private func move(_ reached: Double, to parent: borrowing ProgressCount) {
        switch place {
        case .range(let base, let length):
            parent.replace(base + length * reached)
        case .weight(let weight):
            let units = parent.rounded(weight * reached)
            // Each value that was counted is taken away once, by whoever replaced it.
            parent.add(units - counted.exchange(units, ordering: .sequentiallyConsistent))
        }
    }

    /// Makes the task's progress known, if it is not.
    private func begin(at fraction: Double) {
        switch (place, parent) {
        case (.range(let base, let length), let parent?): parent.begin(at: base + length * fraction)
        case (.range(let base, let length), nil): cell.startProgress(at: base + length * fraction)
        case (.weight, _): cell.startProgress()
        }
    }
}
