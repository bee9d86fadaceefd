import Foundation
import Testing

@testable import TaskerGTK

@Suite struct TranslationTests {
    static let languages = ["de", "es"]

    /// A compiled catalog: for each text, with its plural behind a zero, the translations.
    private static func read(_ catalog: [UInt8]) -> [String: String] {
        func number(_ offset: Int) -> Int {
            (0..<4).reduce(0) { $0 | Int(catalog[offset + $1]) << ($1 * 8) }
        }
        func text(_ table: Int, _ index: Int) -> String {
            let entry = table + index * 8
            return String(decoding: catalog[number(entry + 4)..<number(entry + 4) + number(entry)], as: UTF8.self)
        }
        // How gettext lays it out: https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html
        let pairs = (0..<number(8)).map { (text(number(12), $0), text(number(16), $0)) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    private static func catalog(_ language: String) throws -> [String: String] {
        read(try #require(Translations.catalogs[language]))
    }

    private static let messages =
        Message.allCases.map(\.rawValue) + CountedMessage.allCases.map { "\($0.one)\0\($0.other)" }

    private static func braces(_ text: String) -> Set<Substring> {
        Set(text.matches(of: /\{[a-z]*\}/).map(\.output))
    }

    @Test(arguments: languages) func everyTextIsTranslatedAndNothingElse(language: String) throws {
        let catalog = try Self.catalog(language)
        #expect(Set(catalog.keys).subtracting([""]) == Set(Self.messages))
        for (message, translation) in catalog where message != "" {
            let forms = translation.split(separator: "\0", omittingEmptySubsequences: false)
            #expect(forms.count == (message.contains("\0") ? 2 : 1), "\(message)")
            for form in forms {
                #expect(!form.isEmpty, "\(message)")
                #expect(Self.braces(String(form)) == Self.braces(message), "\(message)")
                // The key that presses a button stands behind it.
                #expect(form.count { $0 == "_" } == (message.contains("_") ? 1 : 0), "\(message)")
            }
        }
    }

    /// `msgfmt --no-hash --output-file=de.mo de.po` makes what this wants.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/msgfmt")), arguments: languages)
    func theCatalogsAreWhatTheTextsSay(language: String) throws {
        var folder = URL(filePath: #filePath)
        for _ in 1...4 { folder.deleteLastPathComponent() }
        let source = folder.appending(path: "Sources/TaskerGTK/Translations/\(language).po")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/msgfmt")
        process.arguments = ["--check-format", "--no-hash", "--output-file=-", source.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let compiled = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(Self.read(Array(compiled)) == (try Self.catalog(language)))
    }

    @Test func whatStandsInBracesIsFilledOnce() {
        #expect(Message.failedBecause.text(["error": "{error} {names}"]) == "Failed: {error} {names}")
        #expect(Message.nameAndState.text(["name": "a"]) == "a, {state}")
        #expect(CountedMessage.andMore.text(2, ["names": "{count}"]) == "{count} and 2 more")
    }
}
