import GLibMainLoop
import TestSupport
import Testing

@testable import Tasker

@Suite struct EventHubTests {
    private let hub = EventHub<Int>()

    private func send(_ numbers: some Sequence<Int>, from hub: EventHub<Int>) {
        for number in numbers {
            hub.append(number)
            hub.deliver()
        }
    }

    /// Takes as many as there are to be.
    @concurrent
    private func take(_ count: Int, from subscription: EventSubscription<Int>) async -> [Int] {
        var elements: [Int] = []
        while elements.count < count, let element = await subscription.next(isolation: nil) { elements.append(element) }
        return elements
    }

    @Test func nobodyListensUntilSomebodySubscribesAndAfterTheLastHasLeft() {
        #expect(!hub.hasSubscribers)
        var first: EventSubscription? = hub.subscribe(buffering: .newest(1))
        var second: EventSubscription? = hub.subscribe(buffering: .newest(1))
        #expect(hub.hasSubscribers)
        withExtendedLifetime(first) {}
        first = nil
        #expect(hub.hasSubscribers)
        withExtendedLifetime(second) {}
        second = nil
        #expect(!hub.hasSubscribers)
        send(1...2, from: hub)
    }

    @Test func eachSubscriberHasItsOwnBufferAndItsOwnCount() async {
        let newest = hub.subscribe(buffering: .newest(2))
        let oldest = hub.subscribe(buffering: .oldest(3))
        send(1...5, from: hub)
        let late = hub.subscribe(buffering: .newest(10))
        send(6...6, from: hub)
        #expect(newest.droppedCount == 4)
        #expect(oldest.droppedCount == 3)
        #expect(late.droppedCount == 0)
        #expect(await take(2, from: newest) == [5, 6])
        #expect(await take(3, from: oldest) == [1, 2, 3])
        #expect(await take(1, from: late) == [6])
    }

    @Test func whoWaitsIsWokenByTheDeliveryAndNotByTheAppending() async {
        let subscription = hub.subscribe(buffering: .newest(1))
        let received = Journal<Int?>()
        let consumer = Task.immediate { received.append(await subscription.next(isolation: nil)) }
        #expect(subscription.waiterCount == 1)
        hub.append(1)
        #expect(subscription.waiterCount == 0)
        // Not lost although there is room for one only: the first is on its way.
        hub.append(2)
        #expect(received.count == 0)
        hub.deliver()
        await consumer.value
        #expect(received.values == [1])
        #expect(await subscription.next(isolation: nil) == 2)
        #expect(subscription.droppedCount == 0)
    }

    @Test func cancellingEndsTheWaitAndLosesNothing() async {
        var hub: EventHub? = EventHub<Int>()
        guard let subscription = hub?.subscribe(buffering: .newest(8)) else { return }
        let consumer = Task.immediate { await subscription.next(isolation: nil) }
        #expect(subscription.waiterCount == 1)
        consumer.cancel()
        #expect(await consumer.value == nil)
        #expect(subscription.waiterCount == 0)
        if let hub { send(1...2, from: hub) }
        hub = nil
        #expect(await take(.max, from: subscription) == [1, 2])
    }

    @Test func whoIsCancelledAlreadyTakesNothing() async {
        var hub: EventHub? = EventHub<Int>()
        guard let subscription = hub?.subscribe(buffering: .newest(8)) else { return }
        if let hub { send(1...2, from: hub) }
        hub = nil
        let gate = CoroutineGate()
        let consumer = Task {
            await gate.pass()
            return await subscription.next(isolation: nil)
        }
        consumer.cancel()
        gate.open()
        #expect(await consumer.value == nil)
        #expect(await take(.max, from: subscription) == [1, 2])
    }

    @Test func theEndOfTheHubEndsItsSequencesAfterWhatIsLeft() async {
        var hub: EventHub? = EventHub<Int>()
        let behind = hub?.subscribe(buffering: .newest(8))
        let waiting = hub?.subscribe(buffering: .newest(8))
        let consumer = Task.immediate { await waiting?.next(isolation: nil) }
        #expect(waiting?.waiterCount == 1)
        // Appended and not delivered: the hub's end delivers.
        hub?.append(1)
        hub?.append(2)
        weak let watch = hub
        hub = nil
        #expect(watch == nil)
        #expect(await consumer.value == 1)
        #expect(await waiting?.next(isolation: nil) == 2)
        #expect(await waiting?.next(isolation: nil) == nil)
        if let behind { #expect(await take(3, from: behind) == [1, 2]) }
    }

    @Test func whoWaitsWhenTheHubEndsIsTold() async {
        var hub: EventHub? = EventHub<Int>()
        let subscription = hub?.subscribe(buffering: .newest(8))
        let consumer = Task.immediate { await subscription?.next(isolation: nil) }
        #expect(subscription?.waiterCount == 1)
        hub = nil
        #expect(await consumer.value == nil)
    }

    // What an event owns may end in other people's code, which may call the hub.
    @Test func whatIsDroppedIsReleasedByTheDeliveryAndUnderNoLock() {
        let hub = EventHub<Witness>()
        let subscription = hub.subscribe(buffering: .newest(1))
        let released = Journal<Int>()
        for number in 1...3 {
            hub.append(
                Witness { [weak hub] in
                    hub?.deliver()
                    _ = hub?.subscribe(buffering: .newest(1))
                    released.append(number)
                }
            )
        }
        #expect(released.values == [])
        hub.deliver()
        #expect(released.values == [1, 2])
        #expect(subscription.droppedCount == 2)
    }

    @Test func promise34WhatIsLeftInABufferGoesWithItsSubscriber() {
        let hub = EventHub<Witness>()
        let released = Journal<Int>()
        var subscription: EventSubscription? = hub.subscribe(buffering: .newest(8))
        hub.append(
            Witness { [weak hub] in
                _ = hub?.subscribe(buffering: .newest(1))
                released.append(1)
            }
        )
        hub.deliver()
        #expect(released.count == 0)
        withExtendedLifetime(subscription) {}
        subscription = nil
        #expect(released.count == 1)
        #expect(!hub.hasSubscribers)
    }

    // The scheduler's lock is the one that decides the order; every thread delivers for whoever is due.
    @Test func eventsThatSeveralThreadsCauseReachEverySubscriberInOneOrder() async {
        let (threads, each) = (4, 2000)
        let order = Guarded<[Int]>([])
        let subscriptions = (0..<3).map { _ in hub.subscribe(buffering: .newest(threads * each)) }
        async let received = withTaskGroup(of: [Int].self) { group in
            for subscription in subscriptions {
                group.addTask { await take(threads * each, from: subscription) }
            }
            return await group.reduce(into: [[Int]]()) { $0.append($1) }
        }
        await withTaskGroup { group in
            for thread in 0..<threads {
                group.addTask {
                    for number in 0..<each {
                        order.withLock { order in
                            order.append(thread * each + number)
                            hub.append(thread * each + number)
                        }
                        hub.deliver()
                    }
                }
            }
        }
        let expected = order.withLock { $0 }
        #expect(expected.count == threads * each)
        #expect(await received == [expected, expected, expected])
    }

    // What was received and what was counted as dropped is everything, whoever is faster.
    @Test(arguments: [TaskEvents.Buffering.newest(3), .oldest(3)])
    func nothingIsLostWithoutBeingCounted(buffering: TaskEvents.Buffering) async {
        let total = 20_000
        var hub: EventHub? = EventHub<Int>()
        guard let subscription = hub?.subscribe(buffering: buffering) else { return }
        async let received = take(.max, from: subscription)
        if let hub { send(1...total, from: hub) }
        hub = nil
        let numbers = await received
        #expect(numbers == numbers.sorted())
        #expect(numbers.count + subscription.droppedCount == total)
        #expect(numbers.last == total || buffering.keepsNewest == false)
    }

    @Test func subscribersThatComeAndGoWhileEventsAreSentLeaveNothing() async {
        await withTaskGroup { group in
            for _ in 0..<3 {
                group.addTask {
                    for _ in 0..<500 {
                        let subscription = hub.subscribe(buffering: .newest(2))
                        let consumer = Task { await take(3, from: subscription) }
                        consumer.cancel()
                        _ = await consumer.value
                    }
                }
            }
            group.addTask { for number in 0..<5000 { send(number...number, from: hub) } }
        }
        #expect(!hub.hasSubscribers)
    }
}
