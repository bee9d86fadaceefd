import XCTest

extension XCTestCase {
    /// Runs a Bash script with arguments from `$0` on to its end.
    func run(_ script: String, _ arguments: String...) throws -> (status: Int32, lines: [String]) {
        let shell = try Program(["bash", "-c", script] + arguments, environment: ["LC_ALL": "C"], for: self)
        // Output that is for people, or about files whose names are not UTF-8, is none of the shell's faults.
        let status = shell.finish()
        return (status, shell.lines + shell.errors.split(separator: "\n").map(String.init))
    }
}
