import Glibc

/// A view of the Mandelbrot set, computed row by row.
struct Mandelbrot {
    let width: Int
    let height: Int

    private static let centre = (x: -0.743_55, y: 0.131_29)
    private static let span = 0.0022
    private static let iterationLimit = 20_000

    /// Appends a row's pixels as red, green, blue.
    func appendRow(_ row: Int, to pixels: inout [UInt8]) {
        let step = Self.span / Double(width)
        let y = Self.centre.y + (Double(row) - Double(height) / 2) * step
        for column in 0..<width {
            let x = Self.centre.x + (Double(column) - Double(width) / 2) * step
            let (red, green, blue) = Self.colour(Self.escapeTime(x, y))
            pixels.append(red)
            pixels.append(green)
            pixels.append(blue)
        }
    }

    /// How many steps a point needs to leave, in fractions so that colours flow; nil if it stays.
    private static func escapeTime(_ cx: Double, _ cy: Double) -> Double? {
        var x = 0.0
        var y = 0.0
        for iteration in 0..<iterationLimit {
            let xx = x * x
            let yy = y * y
            if xx + yy > 64 {
                return Double(iteration) + 1 - log2(log2(xx + yy) / 2)
            }
            y = 2 * x * y + cy
            x = xx - yy + cx
        }
        return nil
    }

    private static func colour(_ escapeTime: Double?) -> (UInt8, UInt8, UInt8) {
        guard let escapeTime else { return (8, 10, 24) }
        let phase = log2(max(escapeTime, 1)) * 2.2
        func channel(_ shift: Double) -> UInt8 {
            UInt8(max(0, min(255, 128 + 120 * cos(phase + shift))))
        }
        return (channel(3.4), channel(4.1), channel(5.0))
    }
}
