/// The result of a ``ProcessTask`` that has none, because `Void` does not travel.
///
/// ```swift
/// struct Clean: ProcessTask {
///     func run(_ context: ExecutionContext) throws -> NoValue {
///         …
///         return NoValue()
///     }
/// }
/// ```
public struct NoValue: Codable, Sendable, Hashable {
    /// Makes the one value there is.
    public init() {}
}
