import Foundation
import Glibc
import TestSupport
import XCTest

/// The Swift compiler on a file that uses this package as an application does, with the modules that the tests were built with.
struct Compiler {
    struct Diagnosis: Equatable {
        let line: Int
        let message: String
    }

    private let flags: [String]

    init() throws {
        // Next to the tests, whichever build they are of.
        let products = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let scratch = products.deletingLastPathComponent().deletingLastPathComponent()
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let own = ["CTaskerGLib", "CTaskerGTK"].map { root.appendingPathComponent("Sources/\($0)/module.modulemap") }
        // C modules of other packages, which modules here are built on.
        let others = try Self.moduleMaps(in: scratch.appendingPathComponent("checkouts"))
        let headers = try Self.run(["pkg-config", "--cflags-only-I", "gtk4", "gio-2.0"])
        XCTAssertEqual(headers.status, 0, headers.errors)
        var flags = ["-typecheck", "-swift-version", "6", "-diagnostic-style=llvm", "-no-color-diagnostics"]
        flags += ["-I", products.appendingPathComponent("Modules").path]
        // Where the build has put the headers' modules already.
        flags += ["-module-cache-path", products.appendingPathComponent("ModuleCache").path]
        for map in own + others { flags += ["-Xcc", "-fmodule-map-file=\(map.path)"] }
        flags += headers.output.split(whereSeparator: \.isWhitespace).map(String.init)
        self.flags = flags
    }

    /// The errors that it finds in a file, in order.
    func errors(in file: URL) throws -> [Diagnosis] {
        let result = try Self.run(["swiftc"] + flags + [file.path])
        let errors = try result.errors.split(separator: "\n").compactMap { line -> Diagnosis? in
            guard let range = line.range(of: ": error: ") else { return nil }
            // What is wrong elsewhere, such as with a flag, has no place in the file.
            let place = line[..<range.lowerBound].split(separator: ":")
            let number = try XCTUnwrap(place.dropLast().last.flatMap { Int($0) }, "\(line)")
            XCTAssertTrue(line.hasPrefix("\(file.path):"), "\(line)")
            return Diagnosis(line: number, message: String(line[range.upperBound...]))
        }
        XCTAssertEqual(result.status == 0, errors.isEmpty, result.errors)
        return errors.sorted { $0.line < $1.line }
    }

    /// The module maps of packages, at `<package>/Sources/<target>/include`.
    private static func moduleMaps(in packages: URL) throws -> [URL] {
        func contents(_ folder: URL) -> [URL] {
            // Not every package has such targets, or sources there.
            (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        }
        return contents(packages).flatMap { contents($0.appendingPathComponent("Sources")) }
            .map { $0.appendingPathComponent("include/module.modulemap") }
            .filter { FileManager.default.fileExists(atPath: $0.path) }
    }

    private static func run(_ words: [String]) throws -> (status: Int32, output: String, errors: String) {
        let program = try ChildProgram(words) { kill($0, SIGKILL) }
        var lines: [String] = []
        while let line = program.nextLine() { lines.append(String(decoding: line, as: UTF8.self)) }
        return (program.wait(), lines.joined(separator: "\n"), program.errors)
    }
}
