import CTestSupport

/// The C library's allocator.
enum Allocator {
    /// Gives back every free page.
    static func trim() {
        _ = setUp
        malloc_trim(0)
    }

    /// How many bytes are allocated and not freed, in all arenas.
    static var bytesInUse: Int {
        let information = mallinfo2()
        return information.uordblks + information.hblkhd
    }

    // The allocator raises its threshold for giving back to twice the largest block that was freed, up to 64 MB for each
    // thread's arena, and then what a test sees is its policy and not what the program holds. A fixed threshold stays.
    //
    // Small blocks that are free are merged with their neighbours at once instead of in `malloc_trim`, which looks no more at the
    // end of a thread's arena when it has done so there: of a burst of 80 MB between 0 and 24 MB stayed for that reason, and
    // without it between 0 and 3, most of them in what each thread keeps for itself.
    private static let setUp: Void = {
        mallopt(M_TRIM_THRESHOLD, 128 << 10)
        mallopt(M_MXFAST, 0)
    }()
}
