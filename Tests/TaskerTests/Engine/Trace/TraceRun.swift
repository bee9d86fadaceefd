import GLibMainLoop
import TestSupport

@testable import Tasker

/// One body of a trace's task, from its begin to its end.
final class TraceRun: Sendable {
    struct Failure: Error {}

    struct Note: Codable, Sendable {
        let task: TaskID
        let number: Int
    }

    private let order: TraceOrder
    private let context: ExecutionContext
    private let trace: EngineTrace
    private let proxy: TaskManagerProxy
    private let isInside = Lock(false)

    init(_ order: TraceOrder, _ context: ExecutionContext, _ trace: EngineTrace, _ proxy: TaskManagerProxy) {
        (self.order, self.context, self.trace, self.proxy) = (order, context, trace, proxy)
    }

    private var id: TaskID { context.taskID }

    func begin() {
        // An abandoned task may have ended by now.
        trace.append(.bodyBegan(id, isWaiting: proxy.task(id: id)?.state == .pending))
        trace.report(of: id) { $0.bodies += 1 }
        enter()
    }

    func end() {
        leave()
        trace.append(.bodyEnded(id))
    }

    /// Counts the body among those that work, unless it only goes on to end: then it may be without a slot.
    func enter() {
        guard let task = proxy.task(id: id), !task.state.isTerminal, !task.isCancelRequested else { return }
        isInside.withLock { $0 = true }
        trace.enter(order.places)
    }

    func leave() {
        let wasInside = isInside.withLock { isInside in
            defer { isInside = false }
            return isInside
        }
        if wasInside { trace.leave(order.places) }
    }

    /// Reports a step, and makes an event of it.
    func makeNote(_ step: Int) -> Note {
        context.setProgress(Double(step) / Double(order.steps))
        let message = "step \(step)"
        context.setMessage(message)
        return trace.report(of: id) { [id] report in
            report.message = message
            report.notes += 1
            return Note(task: id, number: report.notes)
        }
    }

    func sent(_ note: Note) {
        trace.append(.sent(note.task, note.number))
    }

    func result() throws -> Int {
        let bodies = trace.report(of: id) { $0.bodies }
        if bodies <= order.failures { throw Failure() }
        return order.number
    }
}
