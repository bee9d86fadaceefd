import CTaskerGLib

/// Counts objects that have not been finalised, by weak references.
package final class ObjectWatch: @unchecked Sendable {
    // `@unchecked`: objects of GTK begin and end on the main thread.
    package private(set) var live = 0
    private var seen: Set<UnsafeMutableRawPointer> = []

    package init() {}

    package func add(_ object: UnsafeMutableRawPointer) {
        guard seen.insert(object).inserted else { return }
        live += 1
        g_object_weak_ref(
            object.assumingMemoryBound(to: GObject.self),
            { data, object in
                guard let data, let object else { return }
                let watch = Unmanaged<ObjectWatch>.fromOpaque(data).takeRetainedValue()
                watch.live -= 1
                watch.seen.remove(UnsafeMutableRawPointer(object))
            },
            Unmanaged.passRetained(self).toOpaque()
        )
    }
}
