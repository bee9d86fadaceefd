import CTaskerGLib

/// What can happen to a file descriptor that a ``MainContext`` watches.
///
/// Stands on `GIOCondition`.
public struct DescriptorEvents: OptionSet, Sendable {
    /// The bits of `GIOCondition`.
    public let rawValue: UInt32

    /// Makes a set of `GIOCondition`'s bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// There is something to read, or the other end has closed.
    public static let readable = DescriptorEvents(rawValue: G_IO_IN.rawValue)
    /// Something can be written.
    public static let writable = DescriptorEvents(rawValue: G_IO_OUT.rawValue)
    /// The other end has hung up; reported whether asked for or not.
    public static let hangUp = DescriptorEvents(rawValue: G_IO_HUP.rawValue)
    /// The descriptor is in error; reported whether asked for or not.
    public static let error = DescriptorEvents(rawValue: G_IO_ERR.rawValue)
}
