import TestSupport
import Testing

@testable import Tasker

@Suite struct FinishedTasksTests {
    private typealias Tasks = FinishedTasks<String>

    private func id(_ number: Int) -> TaskID {
        TaskID(rawValue: UInt64(number))
    }

    private func numbers(_ entries: some Sequence<Tasks.Entry>) -> [Int] {
        entries.map { Int($0.id.rawValue) }
    }

    /// Inserts and tells what went.
    private func insert(_ number: Int, key: String? = nil, at seconds: Double = 0, into tasks: inout Tasks) -> [Int] {
        numbers(tasks.insert(id(number), key: key, ended: .seconds(seconds), value: "\(number)"))
    }

    @Test func withoutLimitsReachedAllAreKeptInTheOrderOfTheirEnds() {
        var tasks = Tasks(countLimit: 10, ageLimit: nil)
        for number in [3, 1, 2] { #expect(insert(number, into: &tasks) == []) }
        #expect(numbers(tasks.oldestFirst) == [3, 1, 2])
        #expect(tasks[id(1)]?.value == "1")
        #expect(tasks[id(4)] == nil)
        #expect(tasks.count == 3)
        #expect(tasks.nextExpiry == nil)
    }

    @Test func beyondTheLimitTheOldestGoes() {
        var tasks = Tasks(countLimit: 2, ageLimit: nil)
        #expect([1, 2, 3, 4].map { insert($0, into: &tasks) } == [[], [], [1], [2]])
        #expect(tasks[id(2)] == nil)
        #expect(tasks[id(3)]?.value == "3")
        #expect(numbers(tasks.oldestFirst) == [3, 4])
    }

    @Test(arguments: [0, -1, Int.min]) func aLimitOfNoneKeepsNone(limit: Int) {
        var tasks = Tasks(countLimit: limit, ageLimit: nil)
        #expect(insert(1, key: "a", into: &tasks) == [1])
        #expect(tasks.count == 0)
        #expect(tasks[key: "a"] == nil)
        #expect(insert(2, into: &tasks) == [2])
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .seconds(Int64.min)]) func anAgeOfNoneKeepsNone(age: Duration) {
        var tasks = Tasks(countLimit: 10, ageLimit: age)
        #expect(insert(1, at: 5, into: &tasks) == [1])
        #expect(tasks.count == 0)
        #expect(tasks.nextExpiry == nil)
    }

    @Test func whatIsTooOldGoesWhenItsTimeHasCome() {
        var tasks = Tasks(countLimit: 10, ageLimit: .seconds(60))
        for number in 1...3 { _ = insert(number, at: Double(number), into: &tasks) }
        #expect(tasks.nextExpiry == .seconds(61))
        #expect(numbers(tasks.expire(now: .seconds(60.9))) == [])
        #expect(numbers(tasks.expire(now: .seconds(61))) == [1])
        #expect(tasks.nextExpiry == .seconds(62))
        #expect(insert(4, at: 62.5, into: &tasks) == [2])
        #expect(numbers(tasks.expire(now: .seconds(Int64.max))) == [3, 4])
        #expect(tasks.nextExpiry == nil)
        #expect(numbers(tasks.expire(now: .seconds(Int64.max))) == [])
    }

    @Test func absurdTimesDoNotTrap() {
        var tasks = Tasks(countLimit: 10, ageLimit: .seconds(Int64.max))
        _ = tasks.insert(id(1), key: nil, ended: .seconds(Int64.max), value: "")
        _ = tasks.insert(id(2), key: nil, ended: .seconds(Int64.min), value: "")
        #expect(tasks.nextExpiry == .seconds(20 * 365 * 86_400))
        #expect(numbers(tasks.expire(now: .seconds(Int64.min))) == [])
        #expect(numbers(tasks.expire(now: .seconds(Int64.max))) == [1, 2])
    }

    @Test func anEndThatComesLateCountsAsTheLastOne() {
        var tasks = Tasks(countLimit: 10, ageLimit: .seconds(60))
        _ = insert(1, at: 10, into: &tasks)
        _ = insert(2, at: 9, into: &tasks)
        #expect(tasks[id(2)]?.ended == .seconds(10))
        #expect(numbers(tasks.expire(now: .seconds(70))) == [1, 2])
    }

    @Test func theNewestOfAKeyIsFoundUntilItGoes() {
        var tasks = Tasks(countLimit: 2, ageLimit: nil)
        _ = insert(1, key: "a", into: &tasks)
        _ = insert(2, key: "a", into: &tasks)
        #expect(tasks[key: "a"]?.value == "2")
        _ = insert(3, into: &tasks)
        #expect(tasks[key: "a"]?.value == "2")
        _ = insert(4, key: "b", into: &tasks)
        #expect(tasks[key: "a"] == nil)
        #expect(tasks[key: "b"]?.value == "4")
        #expect(tasks[key: ""] == nil)
    }

    @Test func removingAllTellsWhatWasThereAndBeginsAnew() {
        var tasks = Tasks(countLimit: 10, ageLimit: nil)
        for number in 1...3 { _ = insert(number, key: "a", into: &tasks) }
        #expect(numbers(tasks.removeAll()) == [1, 2, 3])
        #expect(tasks.count == 0)
        #expect(tasks[id(2)] == nil)
        #expect(tasks[key: "a"] == nil)
        #expect(numbers(tasks.removeAll()) == [])
        _ = insert(4, key: "a", into: &tasks)
        #expect(tasks[id(4)]?.value == "4")
        #expect(tasks[key: "a"]?.value == "4")
    }

    @Test func promise34ABurstGivesItsMemoryBack() {
        var tasks = Tasks(countLimit: .max, ageLimit: .seconds(60))
        for number in 0..<50_000 { _ = insert(number, key: "\(number)", at: Double(number) / 1000, into: &tasks) }
        #expect(tasks.capacity >= 50_000)
        #expect(tasks.expire(now: .seconds(109.9)).count == 49_901)
        #expect(tasks.count == 99)
        #expect(tasks.capacity <= 1024)
        #expect(numbers(tasks.oldestFirst) == Array(49_901..<50_000))
        #expect(tasks[key: "49999"]?.value == "49999")
        _ = tasks.expire(now: .seconds(Int64.max))
        #expect(tasks.count == 0)
        #expect(tasks.capacity <= 1024)
    }

    /// Against a model that searches an array.
    @Test func whateverComesAndGoesTheModelAgrees() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("FinishedTasksTests: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for round in 0..<50 {
            let countLimit = Int.random(in: 0...40, using: &random)
            let age = Bool.random(using: &random) ? nil : Duration.seconds(Int.random(in: 0...50, using: &random))
            var tasks = Tasks(countLimit: countLimit, ageLimit: age)
            var model: [(number: Int, key: String?, ended: Duration)] = []
            var now = Duration.zero
            for number in 0..<400 {
                now += .seconds(Int.random(in: 0...3, using: &random))
                let step = Int.random(in: 0..<20, using: &random)
                var removed: [Int] = []
                if step == 0 {
                    try #require(numbers(tasks.removeAll()) == model.map(\.number), "seed \(seed)")
                    model = []
                } else if step < 4 {
                    removed = numbers(tasks.expire(now: now))
                } else {
                    let key = step < 8 ? nil : "\(step)"
                    removed = numbers(tasks.insert(id(number), key: key, ended: now, value: ""))
                    model.append((number, key, now))
                }
                var expected: [Int] = []
                while let first = model.first, model.count > countLimit || age.map({ first.ended + $0 <= now }) ?? false
                {
                    // Between two looks at the clock, and without an end, nothing is taken out.
                    if step == 0 { break }
                    expected.append(first.number)
                    model.removeFirst()
                }
                try #require(removed == expected, "seed \(seed), round \(round), step \(number)")
                try #require(numbers(tasks.oldestFirst) == model.map(\.number), "seed \(seed)")
                for key in ["9", "15", "x"] {
                    let newest = model.last { $0.key == key }?.number
                    try #require(tasks[key: key].map { Int($0.id.rawValue) } == newest, "seed \(seed)")
                }
                let probe = Int.random(in: 0...number, using: &random)
                try #require((tasks[id(probe)] != nil) == model.contains { $0.number == probe }, "seed \(seed)")
                try #require(
                    tasks.nextExpiry == age.flatMap { age in model.first.map { $0.ended + age } },
                    "seed \(seed)"
                )
            }
        }
    }

    @Test func oneIsTakenOutFromBetweenOthers() {
        var tasks = Tasks(countLimit: 3, ageLimit: .seconds(60))
        for number in 1...3 { _ = insert(number, at: Double(number), into: &tasks) }
        #expect(tasks.remove(id(2))?.value == "2")
        #expect(tasks.remove(id(2)) == nil)
        #expect(tasks.remove(id(4)) == nil)
        #expect(tasks.count == 2)
        #expect(tasks[id(2)] == nil)
        #expect(numbers(tasks.oldestFirst) == [1, 3])
        // It is not one of those that are too many, nor in the way of those that are too old.
        #expect(insert(4, at: 4, into: &tasks) == [])
        #expect(insert(5, at: 5, into: &tasks) == [1])
        #expect(tasks.nextExpiry == .seconds(63))
        #expect(numbers(tasks.expire(now: .seconds(64))) == [3, 4])
        #expect(numbers(tasks.removeAll()) == [5])
    }

    @Test func withTheFirstAndTheLastOneGoTheEmptyPlacesBesideThem() {
        var tasks = Tasks(countLimit: 10, ageLimit: .seconds(60))
        for number in 1...5 { _ = insert(number, at: Double(number), into: &tasks) }
        for number in [2, 1, 4, 5] { _ = tasks.remove(id(number)) }
        #expect(numbers(tasks.oldestFirst) == [3])
        #expect(tasks.nextExpiry == .seconds(63))
        _ = insert(6, at: 1, into: &tasks)
        #expect(tasks[id(6)]?.ended == .seconds(3))
        #expect(tasks.remove(id(3))?.value == "3")
        #expect(tasks.remove(id(6))?.value == "6")
        #expect(tasks.count == 0)
        #expect(tasks.nextExpiry == nil)
    }

    @Test func theKeysNewestIsThenTheOneBefore() {
        var tasks = Tasks(countLimit: 10, ageLimit: nil)
        for number in 1...4 { _ = insert(number, key: "a", into: &tasks) }
        _ = insert(5, key: "b", into: &tasks)
        _ = tasks.remove(id(3))
        #expect(tasks[key: "a"]?.value == "4")
        _ = tasks.remove(id(4))
        #expect(tasks[key: "a"]?.value == "2")
        _ = tasks.remove(id(1))
        _ = tasks.remove(id(2))
        #expect(tasks[key: "a"] == nil)
        #expect(tasks[key: "b"]?.value == "5")
    }

    @Test func oneThatStaysDoesNotKeepThePlacesOfThoseThatComeAndGo() {
        var tasks = Tasks(countLimit: 10, ageLimit: nil)
        _ = insert(0, key: "a", into: &tasks)
        for number in 1...10_000 {
            _ = insert(number, key: "a", into: &tasks)
            _ = insert(10_000 + number, into: &tasks)
            _ = tasks.remove(id(number))
            if number > 1 { _ = tasks.remove(id(9_999 + number)) }
        }
        #expect(numbers(tasks.oldestFirst) == [0, 20_000])
        #expect(tasks[key: "a"]?.value == "0")
        #expect(tasks.placeCount < 3000)
    }
}
