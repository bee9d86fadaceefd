extension SchedulerStateMachine {
    /// When ``passTime(to:)`` is to be called next; `never` if nothing waits for the time.
    var nextTimer: Uptime {
        timers.first?.key ?? .never
    }

    /// Does what was to be done by now.
    mutating func passTime(to time: Uptime) -> [Action] {
        advance(to: time)
        var actions: [Action] = []
        while let timer = timers.first, timer.key <= now {
            let slot = timer.item
            let entry = table[slot]
            if entry.deadline <= now {
                end(slot, .timedOut, &actions)
            } else if entry.phase == .delayed {
                comeForward(slot)
            } else {
                attemptTimedOut(slot, &actions)
            }
        }
        settle(&actions)
        return actions
    }

    private mutating func attemptTimedOut(_ slot: Slot, _ actions: inout [Action]) {
        let entry = table[slot]
        table[slot].due = .never
        guard entry.flags.contains(.retriesTimeouts) else { return end(slot, .timedOut, &actions) }
        table[slot].flags.insert(.isTimedOut)
        actions.append(.cancelBody(entry.task, .timeout))
        setTimer(slot)
    }

    /// Sets a task's one timer to whichever comes first: its deadline, or what its phase waits for.
    mutating func setTimer(_ slot: Slot) {
        let entry = table[slot]
        var time = Uptime.never
        if entry.isLive {
            time = entry.deadline
            if entry.phase == .delayed || entry.phase == .running { time = min(time, entry.due) }
        }
        if time == .never {
            timers.remove(slot, &timerPositions)
        } else {
            timers.set(slot, time, &timerPositions)
        }
    }
}
