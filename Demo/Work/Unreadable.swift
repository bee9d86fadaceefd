import Glibc

/// The files and folders that a task could not read: told at the end, in one sentence.
struct Unreadable: Sendable {
    private(set) var count = 0
    private var examples: [String] = []

    private static let exampleLimit = 3

    mutating func note(_ path: RawPath, errno code: Int32) {
        count += 1
        guard examples.count < Self.exampleLimit else { return }
        examples.append("“\(path.bytes.isEmpty ? "." : path.text)” (\(String(cString: strerror(code))))")
    }

    mutating func add(_ other: Unreadable) {
        count += other.count
        examples = Array((examples + other.examples).prefix(Self.exampleLimit))
    }

    /// - Throws: A ``DemoError`` that names the first few, if there is any; `consequence` ends its sentence.
    func check(_ consequence: String) throws {
        guard count > 0 else { return }
        let more = count > examples.count ? " and \(count - examples.count) more" : ""
        let what = count == 1 ? "One entry" : "\(count) entries"
        throw DemoError("\(what) could not be read: \(examples.joined(separator: ", "))\(more). \(consequence)")
    }
}
