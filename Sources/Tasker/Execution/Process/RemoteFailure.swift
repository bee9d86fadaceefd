import FoundationEssentials

/// How an error travels from a worker to the application.
struct RemoteFailure: Codable {
    let typeName: String
    let text: String
    /// Which of the task's ``ProcessTask/errorTypes`` it is, and the error itself.
    var typeIndex: Int?
    var encoded: Data?
    var isCancellation = false
    /// The code, if it is one of the library's own errors.
    var code: String?

    init(_ error: any Error, of work: (any ProcessTask.Type)?) {
        typeName = String(describing: type(of: error))
        text = String(describing: error)
        isCancellation = error is CancellationError
        if let error = error as? TaskerError {
            code = error.code.description
            return
        }
        guard
            let work, let index = work.errorTypes.firstIndex(where: { $0 == type(of: error) }),
            let codable = error as? any Error & Codable
        else { return }
        encoded = try? WireCoding.encode(codable)
        typeIndex = encoded == nil ? nil : index
    }

    func error(of work: any ProcessTask.Type) -> any Error {
        if isCancellation { return CancellationError() }
        if let code = code.flatMap(TaskerError.Code.init(name:)) { return TaskerError(code, text) }
        if let typeIndex, let encoded, work.errorTypes.indices.contains(typeIndex),
            let error = Self.decode(work.errorTypes[typeIndex], from: encoded)
        {
            return error
        }
        return TaskerError(.remoteError, "The task failed in its worker process with \(typeName): \(text)")
    }

    // By way of `Decodable` alone: the compiler opens no existential of `Error` with something else.
    private static func decode(_ type: any Decodable.Type, from data: Data) -> (any Error)? {
        (try? WireCoding.decode(type, from: data)) as? any Error
    }
}
