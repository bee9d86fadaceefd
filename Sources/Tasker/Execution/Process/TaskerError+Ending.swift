import Glibc
import Subprocess

extension TaskerError {
    /// An error about a program that has ended.
    init(_ code: Code, _ description: String, standardErrorTail: String, ending: TerminationStatus) {
        switch ending {
        case .exited(let status):
            self.init(code, description, standardErrorTail: standardErrorTail, exitStatus: status)
        case .signaled(let signal):
            self.init(code, description, standardErrorTail: standardErrorTail, terminationSignal: signal)
        }
    }
}

extension TerminationStatus {
    /// The status in words.
    var text: String {
        switch self {
        case .exited(let code): "status \(code)"
        case .signaled(let signal): "signal \(signal) (\(String(cString: strsignal(signal))))"
        }
    }
}
