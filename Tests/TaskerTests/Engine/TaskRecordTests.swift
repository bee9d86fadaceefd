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
        #expect(record.cancelReason == .user)
    }
}
