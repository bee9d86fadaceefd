extension TaskRecord {
    /// What remains to be done when a task has ended.
    struct Aftermath {
        let record: TaskRecord
        let remains: TaskLife.Remains

        func run() {
            record.dropCancelHooks()
            record.eventGate?.close()
            guard let course = remains.course.box else { return }
            course.value.pauseHook?()
            for goOn in course.value.pauseWaiters { goOn() }
            var waiters = course.value.waiters
            for waiter in waiters.removeAll() { waiter.resume() }
        }
    }
}
