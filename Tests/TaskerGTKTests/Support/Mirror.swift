import CTaskerGLib
import XCTest

/// What a list of names is for somebody who believes `items-changed`, and looks at the model only then.
@MainActor
final class Mirror {
    struct Change: Equatable {
        let position: Int
        let removed: Int
        let added: Int

        init(_ position: Int, _ removed: Int, _ added: Int) {
            (self.position, self.removed, self.added) = (position, removed, added)
        }
    }

    private(set) var names: [String] = []
    var changes: [Change] = []
    var onChange: () -> Void = {}
    private let model: OpaquePointer?

    init(_ model: OpaquePointer?) {
        self.model = model
        take(0, 0, Int(g_list_model_get_n_items(model)))
        let function: @convention(c) (OpaquePointer?, guint, guint, guint, UnsafeMutableRawPointer?) -> Void = {
            _,
            position,
            removed,
            added,
            data in
            guard let data else { return }
            let mirror = Unmanaged<Mirror>.fromOpaque(data).takeUnretainedValue()
            MainActor.assumeIsolated { mirror.take(Int(position), Int(removed), Int(added)) }
        }
        g_signal_connect_data(
            model.map { UnsafeMutableRawPointer($0) },
            "items-changed",
            unsafeBitCast(function, to: GCallback.self),
            Unmanaged.passRetained(self).toOpaque(),
            { data, _ in data.map { Unmanaged<Mirror>.fromOpaque($0).release() } },
            GConnectFlags(0)
        )
    }

    private func take(_ position: Int, _ removed: Int, _ added: Int) {
        changes.append(Change(position, removed, added))
        let new = (position..<(position + added)).map { position in
            let item = g_list_model_get_item(model, guint(position))
            defer { g_object_unref(item) }
            return item?.text("name") ?? "?"
        }
        names.replaceSubrange(position..<(position + removed), with: new)
        XCTAssertEqual(names.count, Int(g_list_model_get_n_items(model)))
        onChange()
    }
}
