import CTaskerGTK
import Tasker

/// The properties of a ``TaskObject``, by their names in its class; the place in the order is a property's number.
enum TaskProperty: String, CaseIterable {
    case id
    case key
    case name
    case kind
    case group
    case scope
    case state
    case priority
    case progress
    case isIndeterminate = "is-indeterminate"
    case completedUnits = "completed-units"
    case totalUnits = "total-units"
    case unit
    case throughput
    case message
    case error
    case cancelReason = "cancel-reason"
    case elapsed
    case remaining
    case attempt
    case iteration
    case isPaused = "is-paused"
    case isCancelRequested = "is-cancel-requested"
    case isCancellable = "is-cancellable"
    case isFinished = "is-finished"
    case isRetryable = "is-retryable"
    // Behind what it is made of.
    case detail

    enum Value: Equatable {
        case text(String?)
        case flag(Bool)
        case fraction(Double)
        /// Not negative; −1 for unknown.
        case amount(Double)
        case number(UInt64)
        case signed(Int64)
        case choice(Int)
    }

    func value(of task: TaskSnapshot) -> Value {
        switch self {
        case .id: .number(task.id.rawValue)
        case .key: .text(task.key)
        case .name: .text(task.name)
        case .kind: .choice(TaskEnumeration.kind.index(of: task.kind.description))
        case .group: .text(task.group)
        case .scope: .text(task.scope)
        case .state: .choice(TaskEnumeration.state.index(of: task.state.rawValue))
        case .priority: .signed(Int64(task.priority.rawValue))
        case .progress: .fraction(task.progress ?? 0)
        case .isIndeterminate: .flag(task.state == .running && task.progress == nil)
        case .completedUnits: .amount(task.completedUnits ?? -1)
        case .totalUnits: .amount(task.totalUnits ?? -1)
        case .unit: .text(task.unit?.rawValue)
        case .throughput: .amount(task.throughput ?? -1)
        case .message: .text(task.message)
        case .detail: .text(TaskText.detail(of: task))
        case .error: .text(task.error.map(TaskText.sentence(of:)))
        case .cancelReason: .text(task.cancelReason?.rawValue)
        case .elapsed: .amount(task.elapsed / .seconds(1))
        case .remaining: .amount(task.remainingTime.map { $0 / .seconds(1) } ?? -1)
        case .attempt: .number(UInt64(task.attempt))
        case .iteration: .number(UInt64(task.iteration))
        case .isPaused: .flag(task.isPaused)
        case .isCancelRequested: .flag(task.isCancelRequested)
        case .isCancellable: .flag(!task.state.isTerminal && !task.isCancelRequested)
        case .isFinished: .flag(task.state.isTerminal)
        case .isRetryable: .flag(task.isRetryable)
        }
    }

    /// What is of a task from its submission to its end.
    private static let constant: Set<TaskProperty> = [.id, .key, .name, .kind, .group, .scope]
    /// Those that can change, without ``detail``.
    private static let changing = allCases.filter { !constant.contains($0) && $0 != .detail }
    private static let ofDetail: Set<TaskProperty> = [.completedUnits, .totalUnits, .unit, .throughput, .isFinished]

    /// The properties that two snapshots of one task do not agree on.
    static func differences(between before: TaskSnapshot, and after: TaskSnapshot) -> [TaskProperty] {
        func differ(_ property: TaskProperty) -> Bool { property.value(of: before) != property.value(of: after) }
        let different = changing.filter(differ)
        // A text takes more time to make than all the others together.
        return different.contains(where: ofDetail.contains) && differ(.detail) ? different + [.detail] : different
    }

    func makeSpecification() -> UnsafeMutablePointer<GParamSpec>? {
        let flags = GParamFlags(G_PARAM_READABLE.rawValue | G_PARAM_EXPLICIT_NOTIFY.rawValue)
        return switch self {
        case .key, .name, .group, .scope, .unit, .message, .detail, .error, .cancelReason:
            g_param_spec_string(rawValue, nil, nil, nil, flags)
        case .isIndeterminate, .isPaused, .isCancelRequested, .isCancellable, .isFinished, .isRetryable:
            g_param_spec_boolean(rawValue, nil, nil, 0, flags)
        case .progress: g_param_spec_double(rawValue, nil, nil, 0, 1, 0, flags)
        case .completedUnits, .totalUnits, .throughput, .elapsed, .remaining:
            g_param_spec_double(rawValue, nil, nil, -1, .greatestFiniteMagnitude, -1, flags)
        case .id, .attempt, .iteration: g_param_spec_uint64(rawValue, nil, nil, 0, .max, 0, flags)
        case .priority: g_param_spec_int64(rawValue, nil, nil, .min, .max, 0, flags)
        case .kind: g_param_spec_enum(rawValue, nil, nil, TaskEnumeration.kind.type, 0, flags)
        case .state: g_param_spec_enum(rawValue, nil, nil, TaskEnumeration.state.type, 0, flags)
        }
    }
}

extension TaskProperty.Value {
    /// Puts it into a GValue, which has been given the property's type.
    func put(into value: UnsafeMutablePointer<GValue>?) {
        switch self {
        case .text(let text): g_value_set_string(value, text)
        case .flag(let flag): g_value_set_boolean(value, flag ? 1 : 0)
        case .fraction(let number), .amount(let number): g_value_set_double(value, number)
        case .number(let number): g_value_set_uint64(value, guint64(number))
        case .signed(let number): g_value_set_int64(value, gint64(number))
        case .choice(let index): g_value_set_enum(value, gint(index))
        }
    }
}
