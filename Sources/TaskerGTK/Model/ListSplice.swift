/// A stretch in which a list differs from the one before: some items went, others came in their place.
struct ListSplice: Equatable {
    /// Where in the list before.
    let position: Int
    let removed: Int
    /// Where in the list after.
    let newPosition: Int
    let added: Int

    /// The splices that lead from one list to another, first to last.
    ///
    /// - Parameters:
    ///   - removed: The positions in the list before of what is not in the one after, in order.
    ///   - added: The positions in the list after of what was not in the one before, in order. What is in both has the same order
    ///     in both.
    ///   - limit: How many splices at most; where there are more, those are joined that have least in between, because whoever filters
    ///     and sorts a long list looks through it for each.
    static func between(removed: [Int], added: [Int], limit: Int) -> [ListSplice] {
        var splices: [ListSplice] = []
        var (gone, come) = (0, 0)
        while gone < removed.count || come < added.count {
            // Gaps are counted in what stays: an item that went and one that came are of one splice if nothing stays in between.
            let gap = min(
                gone < removed.count ? removed[gone] - gone : .max,
                come < added.count ? added[come] - come : .max
            )
            let (firstGone, firstCome) = (gone, come)
            while gone < removed.count, removed[gone] - gone == gap { gone += 1 }
            while come < added.count, added[come] - come == gap { come += 1 }
            splices.append(
                ListSplice(
                    position: gap + firstGone,
                    removed: gone - firstGone,
                    newPosition: gap + firstCome,
                    added: come - firstCome
                )
            )
        }
        // What lies in between is told as new, although it stays: so not where there are few.
        var distance = 1
        while splices.count > max(limit, 1) {
            splices = join(splices, upTo: distance)
            distance *= 2
        }
        return splices
    }

    /// Joins neighbours with no more items in between than a distance.
    private static func join(_ splices: [ListSplice], upTo distance: Int) -> [ListSplice] {
        splices.reduce(into: []) { joined, next in
            guard let last = joined.last, next.position - (last.position + last.removed) <= distance else {
                return joined.append(next)
            }
            joined[joined.count - 1] = ListSplice(
                position: last.position,
                removed: next.position + next.removed - last.position,
                newPosition: last.newPosition,
                added: next.newPosition + next.added - last.newPosition
            )
        }
    }
}
