import CTaskerGLib

/// What a model's `n-items` were when they were notified.
@MainActor
final class Counts {
    private(set) var values: [UInt32] = []

    init(_ model: OpaquePointer) {
        let function: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void = {
            model,
            _,
            data in
            guard let data else { return }
            let counts = Unmanaged<Counts>.fromOpaque(data).takeUnretainedValue()
            let count = g_list_model_get_n_items(model)
            MainActor.assumeIsolated { counts.values.append(count) }
        }
        g_signal_connect_data(
            UnsafeMutableRawPointer(model),
            "notify::n-items",
            unsafeBitCast(function, to: GCallback.self),
            Unmanaged.passRetained(self).toOpaque(),
            { data, _ in data.map { Unmanaged<Counts>.fromOpaque($0).release() } },
            GConnectFlags(0)
        )
    }
}
