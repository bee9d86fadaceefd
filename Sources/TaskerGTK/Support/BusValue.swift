import CTaskerGTK

/// What a message on the bus consists of.
enum BusValue: Equatable {
    case string(String)
    case boolean(Bool)
    case int32(Int32)
    case uint32(UInt32)
    case int64(Int64)
    case uint64(UInt64)
    case double(Double)
    /// `a{sv}`.
    case dictionary([String: BusValue])

    /// As a GVariant, with the floating reference that GLib's functions take over.
    func makeVariant() -> OpaquePointer? {
        switch self {
        case .string(let text): g_variant_new_string(text)
        case .boolean(let flag): g_variant_new_boolean(flag ? 1 : 0)
        case .int32(let number): g_variant_new_int32(number)
        case .uint32(let number): g_variant_new_uint32(number)
        case .int64(let number): g_variant_new_int64(gint64(number))
        case .uint64(let number): g_variant_new_uint64(guint64(number))
        case .double(let number): g_variant_new_double(number)
        case .dictionary(let entries): Self.makeDictionary(entries)
        }
    }

    /// Several as the one tuple that a method or a signal has.
    static func makeTuple(_ values: [BusValue]) -> OpaquePointer? {
        let variants = values.map { $0.makeVariant() }
        return g_variant_new_tuple(variants, gsize(variants.count))
    }

    private static func makeDictionary(_ entries: [String: BusValue]) -> OpaquePointer? {
        let variants = entries.sorted { $0.key < $1.key }.map { key, value in
            g_variant_new_dict_entry(g_variant_new_string(key), g_variant_new_variant(value.makeVariant()))
        }
        // Named, because an empty one has no entry to take it from.
        let type = g_variant_type_new("{sv}")
        defer { g_variant_type_free(type) }
        return g_variant_new_array(type, variants, gsize(variants.count))
    }
}

/// The one value of an answer, whose type the call has asked for.
struct BusReply {
    private let value: OpaquePointer?

    /// - Parameter tuple: Valid as long as this is used.
    fileprivate init(_ value: OpaquePointer?) {
        self.value = value
    }

    /// Reads the answer of a call.
    static func withFirst<Result>(of tuple: OpaquePointer, _ body: (BusReply) -> Result) -> Result {
        let value = g_variant_n_children(tuple) > 0 ? g_variant_get_child_value(tuple, 0) : nil
        defer { value.map(g_variant_unref) }
        return body(BusReply(value))
    }

    /// Of a number, else 0.
    var uint32: UInt32 {
        isOfType("u") ? g_variant_get_uint32(value) : 0
    }

    /// Of a string or an object's path, else empty.
    var string: String {
        isOfType("s") || isOfType("o") ? String(cString: g_variant_get_string(value, nil)) : ""
    }

    /// Of an array of strings, else empty.
    var strings: [String] {
        guard isOfType("as") else { return [] }
        return (0..<g_variant_n_children(value)).map { index in
            let child = g_variant_get_child_value(value, index)
            defer { g_variant_unref(child) }
            return String(cString: g_variant_get_string(child, nil))
        }
    }

    private func isOfType(_ type: String) -> Bool {
        value.map { String(cString: g_variant_get_type_string($0)) } == type
    }
}
