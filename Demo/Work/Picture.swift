import CTaskerGTK

/// Pixels as red, green, blue, row by row.
struct Picture: Sendable {
    let width: Int
    let height: Int
    let pixels: [UInt8]

    /// The pixels as GDK takes them; the caller owns the result.
    ///
    /// Needs no display.
    func makeTexture() -> OpaquePointer {
        let bytes = pixels.withUnsafeBytes { g_bytes_new($0.baseAddress, gsize($0.count)) }
        defer { g_bytes_unref(bytes) }
        return gdk_memory_texture_new(Int32(width), Int32(height), GDK_MEMORY_R8G8B8, bytes, gsize(width * 3))
    }

    /// The picture as the contents of a PNG file.
    ///
    /// Needs no display.
    func png() -> [UInt8] {
        let texture = makeTexture()
        defer { g_object_unref(UnsafeMutableRawPointer(texture)) }
        let bytes = gdk_texture_save_to_png_bytes(texture)
        defer { g_bytes_unref(bytes) }
        var count: gsize = 0
        let start = g_bytes_get_data(bytes, &count)
        return Array(UnsafeRawBufferPointer(start: start, count: Int(count)))
    }
}

/// The pixels travel as base 64: an array of a million numbers would be four times as long and many times as slow.
extension Picture: Codable {
    private enum CodingKeys: CodingKey {
        case width
        case height
        case pixels
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        width = try container.decode(Int.self, forKey: .width)
        height = try container.decode(Int.self, forKey: .height)
        var count: gsize = 0
        let decoded = g_base64_decode(try container.decode(String.self, forKey: .pixels), &count)
        defer { g_free(decoded) }
        pixels = Array(UnsafeBufferPointer(start: decoded, count: Int(count)))
        // Bounded before they are multiplied: whatever a worker sends, the application does not trap on it.
        let side = 0...0xffff
        guard side ~= width, side ~= height, pixels.count == width * height * 3 else {
            throw DemoError("The worker sent \(pixels.count) bytes for \(width) × \(height) pixels.")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(width, forKey: .width)
        try container.encode(height, forKey: .height)
        guard let text = g_base64_encode(pixels, gsize(pixels.count)) else { return }
        defer { g_free(text) }
        try container.encode(String(cString: text), forKey: .pixels)
    }
}
