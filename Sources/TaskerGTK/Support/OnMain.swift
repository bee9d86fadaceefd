/// Does what GObject asks for, which it does on the main thread: GTK and all that belongs to it live there.
///
/// A call from any other thread is a programming error, and traps as each misuse of the main actor does.
func onMain<Argument, Value>(_ argument: Argument, _ body: @MainActor (Argument) -> Value) -> Value {
    let lent = Lent(content: argument)
    return MainActor.assumeIsolated { Lent(content: body(lent.content)) }.content
}

private struct Lent<Content>: @unchecked Sendable {
    // `@unchecked` because it never leaves the thread: the call that it goes into is a call, nothing more.
    let content: Content
}
