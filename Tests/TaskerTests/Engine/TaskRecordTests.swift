import Testing

@testable import Tasker

@Suite struct TaskRecordTests {
    private func record() -> TaskRecord {
        TaskRecord(
            info: TaskInfo(
                kind: .thread,
                key: nil,
                name: nil,
                priority: .normal,
                metadata: [:],
                options: TaskOptions()
            ),
            publisher: Publisher(configuration: TaskManagerConfiguration()),
            start: { _ in nil },
            whenEvent: nil
        )
    }

    @Test func promise02ATaskThatWasAbandonedBeforeItsBodyBeganDoesNotRun() {
        let record = record()
        record.end(.cancelled, cancelReason: .user).run()
        #expect(record.begin() == nil)
        #expect(record.state == .cancelled)
        #expect(record.read { $0.started == nil })
    }

    @Test func theBodyIsGivenOutOnce() {
        let record = record()
        #expect(record.begin() != nil)
        #expect(record.begin() == nil)
        #expect(record.state == .running)
    }

    @Test func promise17TheFirstReasonStays() {
        let record = record()
        record.noteCancel(.user)
        record.noteCancel(.shutdown)
        record.end(.cancelled, cancelReason: .keyReplaced).run()
        #expect(record.read { $0.cancelReason } == .user)
    }
}
