/// A lock against suspend and logout, of whoever on the bus gives one.
///
/// Not `gtk_application_inhibit`, which waits for the session manager's answer on the main thread, for as long as that takes.
@MainActor
final class SuspendLock {
    private enum State {
        case none
        case asked
        case held(SuspendLockGiver.Grant, SessionBus.Subscription?)
        /// Nobody gives one; not asked again before it has not been wanted.
        case refused
    }

    private let bus: SessionBus
    private let application: String
    private var state = State.none
    private var isWanted = false

    init(_ bus: SessionBus, application: String) {
        (self.bus, self.application) = (bus, application)
    }

    /// One is wanted.
    ///
    /// - Parameter reason: Why, for people; called when somebody is asked.
    func want(_ reason: () -> String) {
        isWanted = true
        if case .none = state { ask(SuspendLockGiver.all[...], reason: Self.short(reason())) }
    }

    /// None is wanted any more.
    func drop() {
        isWanted = false
        // One that is asked for is given back when it comes.
        if case .asked = state { return }
        release()
    }

    /// The portal takes no more than 256 characters, and the session manager no less than one.
    private static func short(_ reason: String) -> String {
        reason.isEmpty ? "…" : reason.count > 200 ? "\(reason.prefix(200))…" : reason
    }

    private func release() {
        if case .held(let grant, _) = state { bus.call(grant.object, grant.method, grant.arguments) }
        state = .none
    }

    /// Asks one after the other until one gives it.
    private func ask(_ givers: ArraySlice<SuspendLockGiver>, reason: String) {
        guard let giver = givers.first else {
            state = .refused
            if !isWanted { release() }
            return
        }
        state = .asked
        // `self` is kept until the answer is there: a lock that comes when it is not wanted any more has to be given back.
        let arguments = giver.arguments(application, reason)
        bus.call(giver.object, "Inhibit", arguments, reply: giver.reply, startsService: giver.startsService) {
            [self] reply in
            guard let reply else { return isWanted ? ask(givers.dropFirst(), reason: reason) : release() }
            let grant = giver.grant(reply)
            let subscription =
                giver.refuses ? watch(grant) { [weak self] in self?.lose(givers.dropFirst(), reason) } : nil
            state = .held(grant, subscription)
            if !isWanted { release() }
        }
    }

    /// The portal gives a lock first and asks the desktop for it afterwards.
    private func watch(
        _ grant: SuspendLockGiver.Grant,
        refused: @escaping @MainActor () -> Void
    ) -> SessionBus.Subscription {
        bus.subscribe(grant.object) { signal, code in
            if signal == "Response", code != 0 { refused() }
        }
    }

    private func lose(_ others: ArraySlice<SuspendLockGiver>, _ reason: String) {
        guard case .held = state else { return }
        ask(others, reason: reason)
    }
}
