import CTaskerGLib
import Synchronization

/// A handler on its way through C, as the `user_data` of a source.
final class HandlerBox: Sendable {
    enum Handler: Sendable {
        case plain(@Sendable () -> SourceContinuation)
        case descriptor(@Sendable (DescriptorEvents) -> SourceContinuation)
    }

    private let handler: Handler
    // GLib hands a source from thread to thread under locks that the thread sanitizer cannot see; this pair states
    // the same order in a way it can. It costs one store and one load a source.
    private let published = Atomic(false)

    init(_ handler: Handler) {
        self.handler = handler
    }

    func publish() {
        published.store(true, ordering: .releasing)
    }

    private func call(_ events: DescriptorEvents) -> gboolean {
        _ = published.load(ordering: .acquiring)
        let continuation =
            switch handler {
            case .plain(let body): body()
            case .descriptor(let body): body(events)
            }
        return continuation == .continue ? 1 : 0
    }

    static let plainCallback: GSourceFunc = { box in
        guard let box else { return 0 }
        return Unmanaged<HandlerBox>.fromOpaque(box).takeUnretainedValue().call([])
    }

    static let descriptorCallback: GUnixFDSourceFunc = { _, condition, box in
        guard let box else { return 0 }
        return Unmanaged<HandlerBox>.fromOpaque(box).takeUnretainedValue()
            .call(DescriptorEvents(rawValue: condition.rawValue))
    }
}
