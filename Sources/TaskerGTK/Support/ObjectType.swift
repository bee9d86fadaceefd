import CTaskerGTK

/// Classes of GObjects whose state is a Swift object, their *peer*.
///
/// By hand, because a class that is to be used from C must have a `GType`, and GObject's macros make those in C only.
enum ObjectType {
    /// What an instance is in memory.
    ///
    /// Whoever makes one with `g_object_new` gets one without a peer.
    private struct Instance {
        var parent: GObject
        var peer: Unmanaged<AnyObject>?
    }

    /// Registers a class below `GObject`; names are the process's, so once each.
    ///
    /// - Parameter prepare: Fills in the class, with a `finalize` that ends in ``finalize``.
    static func register(_ name: String, prepare: @convention(c) (gpointer?, gpointer?) -> Void) -> GType {
        var info = GTypeInfo()
        info.class_size = guint16(MemoryLayout<GObjectClass>.size)
        info.instance_size = guint16(MemoryLayout<Instance>.size)
        info.class_init = prepare
        return g_type_register_static(g_object_get_type(), name, &info, GTypeFlags(0))
    }

    /// Makes an instance, which keeps its peer until it is finalised.
    static func make(_ type: GType, peer: AnyObject) -> UnsafeMutablePointer<GObject> {
        guard let object = g_object_new_with_properties(type, 0, nil, nil) else {
            preconditionFailure("GObject made no instance of a class that was registered.")
        }
        instance(object).pointee.peer = Unmanaged.passRetained(peer)
        return object
    }

    static func peer<Peer: AnyObject>(of object: UnsafeMutableRawPointer?, as: Peer.Type = Peer.self) -> Peer? {
        object.flatMap { instance($0).pointee.peer?.takeUnretainedValue() as? Peer }
    }

    /// What a class does at the end of an instance.
    static let finalize: @convention(c) (UnsafeMutablePointer<GObject>?) -> Void = { object in
        guard let object else { return }
        let peer = instance(object).pointee.peer
        instance(object).pointee.peer = nil
        peer?.release()
        g_type_class_peek(g_object_get_type())?.assumingMemoryBound(to: GObjectClass.self).pointee.finalize(object)
    }

    private static func instance(_ object: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Instance> {
        object.assumingMemoryBound(to: Instance.self)
    }
}
