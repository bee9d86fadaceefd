import Foundation
import Glibc
import XCTest

/// A temporary folder that goes when its test has ended.
struct Folder {
    let path: String

    init(for test: XCTestCase) throws {
        var template = Array("\(FileManager.default.temporaryDirectory.path)/tasker-demo-tests-XXXXXX".utf8CString)
        path = String(cString: try XCTUnwrap(mkdtemp(&template)))
        test.addTeardownBlock { [path] in
            // Foundation's own removal takes names for Unicode.
            let removal = try Process.run(URL(fileURLWithPath: "/bin/rm"), arguments: ["-r", "-f", "--", path])
            removal.waitUntilExit()
        }
    }

    /// A folder in another one, which takes it along when it goes.
    init(in parent: Folder, named name: String) throws {
        path = "\(parent.path)/\(name)"
        XCTAssertEqual(mkdir(path, 0o755), 0, name)
    }

    /// Adds a file; its name may be any bytes.
    func addFile(_ name: [UInt8], _ text: String = "content") throws {
        let bytes: [UInt8] = Array(path.utf8) + [UInt8(ascii: "/")] + name + [0]
        let descriptor = open(bytes.map { CChar(bitPattern: $0) }, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        XCTAssertGreaterThanOrEqual(descriptor, 0, "\(name)")
        defer { close(descriptor) }
        XCTAssertEqual(write(descriptor, text, text.utf8.count), text.utf8.count)
    }

    func addFile(_ name: String, _ text: String = "content") throws {
        try addFile(Array(name.utf8), text)
    }

    func addFolder(_ name: String) throws {
        _ = try Folder(in: self, named: name)
    }

    func addLink(_ name: String, to target: String) throws {
        XCTAssertEqual(symlink(target, "\(path)/\(name)"), 0, name)
    }

    /// Everything directly in it, hidden files included.
    var names: Set<String> {
        get throws { Set(try FileManager.default.contentsOfDirectory(atPath: path)) }
    }
}

extension Folder {
    /// What file systems allow and programs stumble over; `regularFiles` of it are regular files.
    static func awkward(for test: XCTestCase) throws -> Folder {
        let folder = try Folder(for: test)
        try folder.addFile("plain", "plain")
        try folder.addFile("-n")
        try folder.addFile("empty", "")
        try folder.addFile("two\nlines")
        try folder.addFile("carriage\rreturn")
        try folder.addFile("back\\slash and \"quotes\"")
        try folder.addFile("escape \u{1B}[31m and bell \u{7}")
        try folder.addFile(Array("latin ".utf8) + [0xE9, 0xFF, 0xFE])
        try folder.addLink("broken", to: "nowhere")
        try folder.addLink("loop", to: "loop")
        try folder.addFolder("nested")
        try folder.addFolder("nested/deeper")
        try folder.addFile("nested/deeper/file", String(repeating: "0123456789", count: 20_000))
        try folder.addLink("nested/deeper/up", to: "../..")
        try folder.addFolder("nested/nothing here")
        XCTAssertEqual(mkfifo("\(folder.path)/pipe", 0o644), 0)
        return folder
    }

    static let regularFilesOfAwkward = 9
}
