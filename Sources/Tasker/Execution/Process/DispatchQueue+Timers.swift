import Dispatch

extension DispatchQueue {
    /// Lets libdispatch open what its timers need, an epoll and a timerfd.
    ///
    /// It does so at the first timer of the process, on a thread of its own, and traps if there is no descriptor then. It has timers
    /// also where nobody sets one: it looks after its own threads. Blocks for 0.1 ms.
    static func openTimers() {
        let isOpen = DispatchSemaphore(value: 0)
        // Without a delay it would need no timer.
        global().asyncAfter(deadline: .now() + .microseconds(100)) { isOpen.signal() }
        isOpen.wait()
    }
}
