import CTaskerGLib
import Glibc

/// Counts every GObject of a process that is not finalised, whoever made it; what the toolkit keeps for itself is left out.
///
/// A library in C, because programs get it preloaded: only who comes before the first class is told of all objects.
package struct ObjectCensus: Sendable {
    private let library: String

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The library, built beside the tests.
    package static let shared = Result { try ObjectCensus() }

    private init() throws {
        guard let own = realpath("/proc/self/exe", nil) else { throw Failure(description: "This program has no path.") }
        defer { free(own) }
        library = "\(Self.parent(of: String(cString: own)))/object-census.so"
        let script = """
            clang -shared -fPIC -O1 -Wall -Werror -o "$0.new" "$1" $(pkg-config --cflags --libs gio-2.0) &&
                mv "$0.new" "$0"
            """
        let source = "\(Self.parent(of: String(Self.parent(of: #filePath))))/ObjectCensus/object_census.c"
        let compiler = try ChildProgram(["bash", "-c", script, library, source]) { kill($0, SIGKILL) }
        while compiler.nextLine() != nil {}
        guard compiler.wait() == 0 else { throw Failure(description: compiler.errors) }
    }

    private static func parent(of path: String) -> Substring {
        path.lastIndex(of: "/").map { path[..<$0] } ?? "."
    }

    // MARK: - Other programs

    /// What makes a program write to a file at its end what is left in it.
    ///
    /// - Parameters:
    ///   - allowed: What the end waits for, half a minute at most: GLib's thread for the bus takes a moment.
    ///   - dispatches: Whether the main loop goes on meanwhile.
    package func environment(report: String, allowed: [[String]], dispatches: Bool) -> [String: String?] {
        let alternatives = allowed.map { $0.joined(separator: "\n") }
        return [
            "LD_PRELOAD": library, "OBJECT_CENSUS": report,
            "OBJECT_CENSUS_ALLOWED": alternatives.joined(separator: "\n\n"),
            "OBJECT_CENSUS_DISPATCHES": dispatches ? "" : nil,
        ]
    }

    // MARK: - This program

    /// What tells of this process, in which no class of objects has been used yet.
    package func load() throws -> @Sendable () -> [String] {
        guard let handle = dlopen(library, RTLD_NOW), let symbol = dlsym(handle, "object_census") else {
            throw Failure(description: dlerror().map { String(cString: $0) } ?? library)
        }
        // How a pointer to a function becomes one that Swift calls; the signature is the one in the library's source.
        let census = unsafeBitCast(symbol, to: (@convention(c) () -> UnsafeMutablePointer<CChar>?).self)
        return {
            guard let text = census() else { return [] }
            defer { g_free(text) }
            return String(cString: text).split(separator: "\n").map(String.init)
        }
    }
}
