import CTaskerGTK

/// The texts that people read, by their English words; translated in the gettext domain `tasker`.
enum Message: String, CaseIterable {
    case quitTitle = "Quit?"
    case quitQuestion = "Some tasks have not ended yet."
    case quitWait = "_Quit when they have ended"
    case quitCancel = "_Cancel them and quit"
    case quitAnyway = "Quit _anyway"
    case completed = "Completed"
    case completedNames = "Completed: {names}"
    case failedBecause = "Failed: {error}"
    case failedNames = "Failed: {names}"

    /// In the user's language.
    var text: String {
        // Without a translation it is the argument that comes back.
        rawValue.withCString { String(cString: g_dgettext(Translations.domain, $0)) }
    }

    /// In the user's language, with values for what stands in braces.
    func text(_ values: KeyValuePairs<String, String>) -> String {
        text.filled(values)
    }
}

/// The texts that count something, as `{count}`.
enum CountedMessage: CaseIterable {
    case andMore
    case ended

    var one: String {
        switch self {
        case .andMore: "{names} and {count} more"
        case .ended: "{count} task has ended"
        }
    }

    var other: String {
        switch self {
        case .andMore: "{names} and {count} more"
        case .ended: "{count} tasks have ended"
        }
    }

    /// In the user's language.
    ///
    /// - Parameter names: What takes the place of `{names}`.
    func text(_ count: Int, names: String = "") -> String {
        let text = one.withCString { one in
            other.withCString { String(cString: g_dngettext(Translations.domain, one, $0, gulong(max(0, count)))) }
        }
        return text.filled(["names": names, "count": "\(count)"])
    }
}

extension String {
    /// - Parameter values: What takes the place of each name in braces.
    fileprivate func filled(_ values: KeyValuePairs<String, String>) -> String {
        // In one pass: a value may hold braces of its own.
        var (result, rest) = ("", self[...])
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = rest[rest.index(after: open)..<close]
            let value = values.first { $0.key == name }?.value
            result += rest[..<open] + (value ?? String(rest[open...close]))
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
