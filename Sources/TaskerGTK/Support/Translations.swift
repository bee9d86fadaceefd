/// The translations of the texts of ``Message``.
enum Translations {
    /// The gettext domain.
    static let domain = "tasker"
}
