/// What a task's total counts.
///
/// ```swift
/// try context.setTotal(pages.count, unit: ProgressUnit("pages"))
/// ```
public struct ProgressUnit: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The unit's name, in the plural.
    public let rawValue: String

    /// Makes a unit of its name, in the plural.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Makes a unit of its name, in the plural.
    public init(_ name: String) {
        rawValue = name
    }

    /// Bytes; shown as kB, MB and so on.
    public static let bytes = ProgressUnit("bytes")
    /// Files.
    public static let files = ProgressUnit("files")
    /// Things of which nothing else is known.
    public static let items = ProgressUnit("items")

    /// The unit's name.
    public var description: String {
        rawValue
    }
}
