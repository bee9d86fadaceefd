extension Command: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The program and its arguments without ``secrets``; those with spaces in quotes.
    public var description: String {
        let hidden = SecretTexts(secrets)
        let words = ([executable] + arguments).map { hidden.hide(in: $0) }
        return words.map { $0.isEmpty || $0.contains(where: \.isWhitespace) ? $0.debugDescription : $0 }
            .joined(separator: " ")
    }

    /// The same.
    public var debugDescription: String {
        description
    }

    /// What there is to show: no ``secrets``, and of the environment the names only.
    public var customMirror: Mirror {
        let hidden = SecretTexts(secrets)
        return Mirror(
            self,
            children: [
                "executable": hidden.hide(in: executable),
                "arguments": arguments.map { hidden.hide(in: $0) },
                "environment": environment.keys.sorted().map { hidden.hide(in: $0) },
                "workingDirectory": workingDirectory.map { hidden.hide(in: $0) } as Any,
                "standardInput": hidden.hide(in: "\(standardInput)"),
                "standardOutput": hidden.hide(in: "\(standardOutput)"),
                "acceptedExitStatuses": acceptedExitStatuses.sorted(),
            ],
            displayStyle: .struct
        )
    }
}

extension Command.StandardInput: CustomStringConvertible, CustomReflectable {
    /// "nothing", how many bytes there are, or the file's path.
    public var description: String {
        switch source {
        case .nothing: "nothing"
        case .bytes(let bytes): "\(bytes.count) bytes"
        case .file(let path): path
        }
    }

    /// Empty, because the bytes may be secret.
    public var customMirror: Mirror {
        Mirror(self, children: [])
    }
}

extension Command.StandardOutput: CustomStringConvertible {
    /// "capture", or the file's path.
    public var description: String {
        path ?? "capture"
    }
}
