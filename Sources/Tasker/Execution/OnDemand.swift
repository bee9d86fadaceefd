/// A value that takes a word until it is changed for the first time, and lives on the heap from then on.
///
/// For what most tasks that wait do not have. A reference when it is copied: it has one owner, who may give it to another.
struct OnDemand<Value: EmptyAtFirst> {
    final class Box {
        fileprivate(set) var value = Value()
    }

    /// Where the value is, for looking at a part of it: ``value`` is a copy of all.
    private(set) var box: Box?

    /// Whether it was changed.
    var isInUse: Bool {
        box != nil
    }

    var value: Value {
        get {
            box?.value ?? Value()
        }
        _modify {
            let box = box ?? Box()
            self.box = box
            yield &box.value
        }
    }

    /// Takes the value, and the room that it had.
    mutating func take() -> Value? {
        defer { box = nil }
        return box?.value
    }
}

/// What can be made of nothing.
protocol EmptyAtFirst {
    init()
}
