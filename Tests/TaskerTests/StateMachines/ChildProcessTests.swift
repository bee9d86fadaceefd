import Dispatch
import GLibMainLoop
import Glibc
import TestSupport
import Testing

@testable import Tasker

@Suite struct ChildProcessTests {
    // Else the one that read "stopped" would stop it after the other one has let it go on, and nobody would call again.
    @Test func ofTwoCallsAtATimeTheLaterAnswerCounts() {
        let (child, isPaused, others) = (ChildProcess(), Guarded(true), DispatchGroup())
        let hasGoneOn = Guarded(false)
        child.setStopped {
            let answer = isPaused.withLock { $0 }
            DispatchQueue.global().async(group: others) {
                isPaused.withLock { $0 = false }
                child.setStopped { isPaused.withLock { $0 } }
                hasGoneOn.withLock { $0 = true }
            }
            // As long as the other one would need, if it could.
            for _ in 0..<100_000 where !hasGoneOn.withLock({ $0 }) { sched_yield() }
            return answer
        }
        others.wait()
        #expect(!child.isStopped)
    }
}
