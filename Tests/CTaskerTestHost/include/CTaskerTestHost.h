#ifndef CTASKER_TEST_HOST_H
#define CTASKER_TEST_HOST_H

#include <stdbool.h>
#include <stddef.h>

// Counts what the calling thread allocates from here on, until it asks for the count.
void tasker_count_allocations(void);

// Ends the counting; what was counted since its beginning.
void tasker_counted_allocations(long *count, long *bytes);

// From here on the kernel ends the calling thread at any call but read, write and exit. False where it does not know that.
bool tasker_become_strict(void);

// Makes the process the leader of a session with a terminal, a new one. False where the system has none to give.
bool tasker_take_terminal(void);

// Starts what the thread sanitizer names functions with, a process with two pipes, which it would start at its first
// report, a suppressed one included. Does nothing without the sanitizer.
void tasker_start_symbolizer(void);

#endif
