import FoundationEssentials

/// How values travel between the application and its workers: JSON, with the numbers JSON has no words for.
enum WireCoding {
    /// - Parameter buffers: Gets the shared buffers of the value; nil: they are encoded as their bytes.
    static func encode(_ value: some Encodable, passing buffers: PassedBuffers? = nil) throws -> Data {
        let encoder = JSONEncoder()
        if let buffers { encoder.userInfo[PassedBuffers.key] = buffers }
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return try encoder.encode(value)
    }

    /// - Parameter buffers: What was passed beside the data.
    static func decode<Value: Decodable>(
        _ type: Value.Type,
        from data: Data,
        passed buffers: PassedBuffers? = nil
    ) throws -> Value {
        let decoder = JSONDecoder()
        if let buffers { decoder.userInfo[PassedBuffers.key] = buffers }
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return try decoder.decode(type, from: data)
    }
}
