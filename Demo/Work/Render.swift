import Glibc
import Tasker

/// Computes a picture of the Mandelbrot set and writes it as a file: the process.
struct Render: ProcessTask {
    let width: Int
    let height: Int
    let file: ResultFile

    static var errorTypes: [any (Error & Codable).Type] { [DemoError.self] }

    func run(_ context: ExecutionContext) async throws -> Picture {
        // It is nothing but computing: where there are fewer processors than tasks, the main loop goes first.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        let mandelbrot = Mandelbrot(width: width, height: height)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height * 3)
        try context.setTotal(height)
        for row in 0..<height {
            try context.checkCancellation()
            mandelbrot.appendRow(row, to: &pixels)
            context.setProgress(row + 1)
            context.setMessage("Row \(row + 1) of \(height)")
        }
        let picture = Picture(width: width, height: height, pixels: pixels)
        context.setMessage("Writing the picture")
        try file.write(picture.png())
        context.setMessage("\(width) × \(height) pixels in \(file.path)")
        return picture
    }
}
