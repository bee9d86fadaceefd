/// A value that takes a word until it is changed for the first time, and lives on the heap from then on.
///
/// For what most tasks that wait do not have. Not a value when it is copied: it belongs to one owner.
struct OnDemand<Value: EmptyAtFirst> {
    private final class Box {
        var value = Value()
    }

    private var box: Box?

    /// Whether it was changed.
    var isInUse: Bool {
        box != nil
    }

    var value: Value {
        _read {
            if let box { yield box.value } else { yield Value() }
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
