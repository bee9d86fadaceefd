import GLibMainLoop
import TestSupport
import Testing

@testable import Tasker

@Suite struct TaskRecordTests {
    private func record() -> TaskRecord {
        TaskRecord(
            info: TaskInfo(kind: .thread, created: TaskTimestamp(.zero)),
            scheduler: Scheduler(configuration: TaskManagerConfiguration()),
            start: .call { _ in nil }
        )
    }

    @Test func theBodyIsGivenOutOnce() {
        let record = record()
        #expect(record.begin(at: .zero).begins)
        #expect(record.state == .running)
        #expect(record.callStart() == nil)
        #expect(!record.begin(at: .zero).begins)
        #expect(record.callStart() is CancellationError)
    }

    @Test func aLateCancelOfAnAttemptDoesNotReachTheNext() {
        let record = record()
        _ = record.begin(at: .zero)
        _ = record.begin(at: .zero)
        record.requestCancel(attempt: 1)
        #expect(!record.isCancelled)
        #expect(!record.cancellable.isCancelled)
        record.requestCancel(attempt: 2)
        #expect(record.isCancelled)
        #expect(record.cancellable.isCancelled)
    }

    @Test func whatBelongsToABodyIsReleasedWhenItHasEndedAndNoLater() {
        let (record, released, told) = (record(), Journal<Void>(), Journal<Void>())
        func hook(_ witness: Witness) -> @Sendable () -> Void {
            { withExtendedLifetime(witness) { told.append(()) } }
        }
        _ = record.begin(at: .zero)
        record.onCancel(hook(Witness { released.append(()) }))
        record.onPauseChange(hook(Witness { released.append(()) }))
        let first = record.wait(until: .zero, now: .zero)
        record.releaseBody(first)
        #expect(released.count == 2)
        let toldBefore = told.count
        _ = record.begin(at: .zero)
        record.onCancel(hook(Witness { released.append(()) }))
        // A thread that comes late with the end of the first one.
        record.releaseBody(first)
        #expect(released.count == 2)
        record.requestCancel(attempt: 2)
        #expect(told.count == toldBefore + 1)
    }

    @Test func promise17TheFirstReasonStays() {
        let record = record()
        record.noteCancel(.user)
        record.noteCancel(.shutdown)
        record.end(.cancelled, cancelReason: .keyReplaced, isKept: false, at: .zero).aftermath?.run()
        #expect(record.cancelReason == .user)
    }
}
