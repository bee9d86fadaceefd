/// How many frames there were, and how many of them in time.
struct FrameCount {
    private var last: Duration?
    private(set) var longest = Duration.zero
    private(set) var count = 0
    private var inTime = 0

    /// - Parameters:
    ///   - time: When the frame began.
    ///   - interval: How long a frame takes on this display.
    mutating func add(at time: Duration, interval: Duration) {
        defer { last = time }
        guard let last else { return }
        let gap = time - last
        longest = max(longest, gap)
        // A frame that comes late is as many as there was time for, and all but one of them were missed.
        count += max(1, Int((gap / interval).rounded()))
        if gap <= interval * 1.5 { inTime += 1 }
    }

    /// 0…1.
    var share: Double {
        count == 0 ? 0 : Double(inTime) / Double(count)
    }
}
