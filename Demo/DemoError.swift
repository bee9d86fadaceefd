import Glibc
import Tasker

/// Something that went wrong, as one sentence for the user.
///
/// `Codable`, because a worker process sends it home.
struct DemoError: Error, Codable, CustomStringConvertible {
    let description: String

    init(_ sentence: String) {
        description = sentence
    }

    /// `what` failed with the `errno` of a system call.
    init(_ what: String, errno code: Int32) {
        description = "\(what): \(String(cString: strerror(code)))."
    }
}

extension Error {
    /// This error as a sentence for the user.
    var sentence: String {
        switch self {
        case let error as TaskerError: error.description
        case let error as DemoError: error.description
        default: "\(self)"
        }
    }
}
