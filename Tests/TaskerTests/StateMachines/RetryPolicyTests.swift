import TestSupport
import Testing

@testable import Tasker

@Suite struct RetryPolicyTests {
    private struct Failure: Error {}

    @Test func asManyRetriesAsToldEachAfterItsDelay() {
        let policy = RetryPolicy(retries: 3, backoff: .linear(.seconds(1)))
        let delays = (1...5).map { policy.delay(after: Failure(), ofAttempt: $0, random: 0) }
        #expect(delays == [.seconds(1), .seconds(2), .seconds(3), nil, nil])
    }

    @Test(arguments: [0, -1, Int.min]) func noRetries(count: Int) {
        let policy = RetryPolicy(retries: count)
        #expect(policy.retries == 0)
        #expect(policy.delay(after: Failure(), ofAttempt: 1, random: 0) == nil)
    }

    @Test func retriesForEver() {
        let policy = RetryPolicy(retries: .max, backoff: .exponential())
        #expect(policy.delay(after: Failure(), ofAttempt: .max, random: 0) == .seconds(60))
    }

    @Test func thePredicateDecidesAndIsAskedOnlyWhileThereAreRetries() {
        let asked = Journal<Int>()
        let policy = RetryPolicy(retries: 2, backoff: .constant(.seconds(1))) { error in
            asked.append(1)
            return error is Failure
        }
        #expect(policy.delay(after: Failure(), ofAttempt: 2, random: 0) == .seconds(1))
        #expect(policy.delay(after: CancellationError(), ofAttempt: 1, random: 0) == nil)
        #expect(asked.count == 2)
        #expect(policy.delay(after: Failure(), ofAttempt: 3, random: 0) == nil)
        #expect(asked.count == 2)
    }

    @Test(arguments: [
        TaskerError.Code.unregisteredType, .executableNotFound, .encodingFailed, .decodingFailed, .frameTooLarge,
        .invalidTotal, .invalidWeight, .unavailableInWorker, .noSuchEventValue, .keyInUse, .shutDown, .dependencyCycle,
        .scopeClosed, .limitExceeded,
    ])
    func whatCannotGoAwayIsNotRetried(code: TaskerError.Code) {
        #expect(!RetryPolicy(retries: 1).when(TaskerError(code, "")))
    }

    @Test(arguments: [
        TaskerError.Code.threadUnavailable, .spawnFailed, .commandFailed, .protocolViolation, .workerCrashed,
        .workerUnresponsive, .sharedBufferUnavailable,
        .remoteError, .timedOut, .waitTimedOut, .queueFull,
    ])
    func whatMayGoAwayIsRetried(code: TaskerError.Code) {
        #expect(RetryPolicy(retries: 1).when(TaskerError(code, "")))
    }

    @Test func aBodysOwnErrorIsRetriedAndACancellationIsNot() {
        #expect(RetryPolicy(retries: 1).when(Failure()))
        #expect(!RetryPolicy(retries: 1).when(CancellationError()))
    }
}
