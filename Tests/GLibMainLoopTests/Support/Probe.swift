import GLibMainLoop

/// An object for handlers to capture: as long as it lives, so does the handler.
final class Probe: Sendable {
    /// Makes the handler that captures the probe visible to the compiler as its user.
    func touch() {}
}

/// Watches a ``Probe`` without keeping it alive.
struct ProbeWatch: Sendable {
    private weak let probe: Probe?

    init(_ probe: Probe) {
        self.probe = probe
    }

    var isAlive: Bool {
        probe != nil
    }
}

/// Makes something that captures a fresh probe, and the watch that tells whether it was released.
func watching<Result>(_ make: (Probe) -> Result) -> (Result, ProbeWatch) {
    let probe = Probe()
    return (make(probe), ProbeWatch(probe))
}
