import CTaskerGTK
import Tasker

/// A `GEnum` of words that Tasker has: the value's nick is the word, its number the place in the order.
struct TaskEnumeration: Sendable {
    let type: GType
    private let words: [String]

    /// `TaskerTaskState`.
    static let state = TaskEnumeration("TaskerTaskState", TaskState.allCases.map(\.rawValue))
    /// `TaskerTaskKind`.
    static let kind = TaskEnumeration(
        "TaskerTaskKind",
        [TaskKind.coroutine, .thread, .process, .command].map(\.description)
    )

    private init(_ name: String, _ words: [String]) {
        // GObject keeps the table and the texts for as long as the process lives.
        let table = UnsafeMutablePointer<GEnumValue>.allocate(capacity: words.count + 1)
        for (index, word) in words.enumerated() {
            let valueName = g_intern_string("\(name.uppercased())_\(word.uppercased())")
            table[index] = GEnumValue(value: gint(index), value_name: valueName, value_nick: g_intern_string(word))
        }
        table[words.count] = GEnumValue(value: 0, value_name: nil, value_nick: nil)
        type = g_enum_register_static(name, table)
        self.words = words
    }

    func index(of word: String) -> Int {
        words.firstIndex(of: word) ?? 0
    }
}
