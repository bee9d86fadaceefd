import Glibc

/// The C library's allocator, asked to hold on to nothing that is free; its header is in no Swift module.
enum Allocator {
    /// Gives back every free page.
    static func trim() {
        _ = setUp
        _ = malloc_trim?(0)
    }

    // The allocator raises its threshold for giving back to twice the largest block that was freed, up to 64 MB for each
    // thread's arena, and then what a test sees is its policy and not what the program holds. A fixed threshold stays.
    private static let setUp: Void = {
        let thresholdOption: Int32 = -1
        typealias Option = @convention(c) (Int32, Int32) -> Int32
        _ = function("mallopt", as: Option.self)?(thresholdOption, 128 << 10)
    }()

    private static let malloc_trim = function("malloc_trim", as: (@convention(c) (Int) -> Int32).self)

    private static func function<Function>(_ name: String, as type: Function.Type) -> Function? {
        // `unsafeBitCast`: a symbol's address becomes the C function that its manual page declares.
        dlsym(nil, name).map { unsafeBitCast($0, to: type) }
    }
}
