import Testing

@testable import Tasker

@Suite struct TaskRecordTests {
    private func record() -> TaskRecord {
        TaskRecord(
            info: TaskInfo(kind: .thread, created: TaskTimestamp(.zero)),
            scheduler: Scheduler(configuration: TaskManagerConfiguration()),
            start: { _ in nil }
        )
    }

    @Test func promise02ATaskThatWasAbandonedBeforeItsBodyBeganDoesNotRun() {
        let record = record()
        record.end(.cancelled, cancelReason: .user, at: .zero).run()
        #expect(record.begin(at: .zero) == nil)
        #expect(record.state == .cancelled)
        #expect(record.read { $0.timings.started == nil })
    }

    @Test func theBodyIsGivenOutOnce() {
        let record = record()
        #expect(record.begin(at: .zero) != nil)
        #expect(record.begin(at: .zero) == nil)
        #expect(record.state == .running)
    }

    @Test func promise17TheFirstReasonStays() {
        let record = record()
        record.noteCancel(.user)
        record.noteCancel(.shutdown)
        record.end(.cancelled, cancelReason: .keyReplaced, at: .zero).run()
        #expect(record.read { $0.cancelReason } == .user)
    }
}
