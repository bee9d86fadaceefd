import CTaskerGTK
import Glibc

/// The translations of the texts of ``Message``, in the gettext domain `tasker`.
///
/// They are part of the program, so that nobody has to install them. gettext reads files, so the catalog of the user's language becomes
/// one for the moment in which it is read. An application that has bound the domain to a folder of its own keeps that.
enum Translations {
    /// The domain, once its texts can be found.
    static let domain: String = {
        bind("tasker")
        return "tasker"
    }()

    static let catalogs = ["de": PackageResources.de_mo, "es": PackageResources.es_mo]

    private static func bind(_ domain: String) {
        bind_textdomain_codeset(domain, "UTF-8")
        // A domain that nobody has bound is looked for where all are.
        guard folder(of: domain) == folder(of: "tasker-unbound") else { return }
        let spoken = languages.filter { catalogs[$0] != nil }
        guard !spoken.isEmpty, let root = makeFolder() else { return }
        let made = spoken.map { write(catalogs[$0] ?? [], $0, domain, in: root) }
        bindtextdomain(domain, root)
        // Reads the catalog, which gettext then keeps.
        _ = dgettext(domain, "")
        for path in made.flatMap(\.self) + [root] { remove(path) }
    }

    /// Where only this user makes folders: gettext may look there again, when the language changes.
    private static func makeFolder() -> String? {
        let parent = String(cString: g_get_user_runtime_dir())
        g_mkdir_with_parents(parent, 0o700)
        var path = Array("\(parent)/tasker-XXXXXX".utf8CString)
        return g_mkdtemp(&path).map { String(cString: $0) }
    }

    private static func folder(of domain: String) -> String? {
        bindtextdomain(domain, nil).map { String(cString: $0) }
    }

    /// What the user understands, the best first, without countries.
    private static var languages: [String] {
        var (languages, names) = ([String](), g_get_language_names())
        while let name = names?.pointee {
            languages.append(String(cString: name))
            names = names?.successor()
        }
        return languages
    }

    /// - Returns: The file and the folders that were made, the innermost first.
    private static func write(_ catalog: [UInt8], _ language: String, _ domain: String, in root: String) -> [String] {
        let folder = "\(root)/\(language)/LC_MESSAGES"
        g_mkdir_with_parents(folder, 0o700)
        let file = "\(folder)/\(domain).mo"
        catalog.withUnsafeBytes { bytes in
            _ = g_file_set_contents(file, bytes.bindMemory(to: gchar.self).baseAddress, gssize(bytes.count), nil)
        }
        return [file, folder, "\(root)/\(language)"]
    }
}
