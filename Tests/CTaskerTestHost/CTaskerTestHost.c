// In C, because Swift lets nobody define malloc, and calls nothing variadic.

#define _GNU_SOURCE

#include "CTaskerTestHost.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static _Thread_local bool is_counting;
static _Thread_local long allocation_count;
static _Thread_local long allocation_bytes;

void tasker_count_allocations(void) {
    allocation_count = 0;
    allocation_bytes = 0;
    is_counting = true;
}

void tasker_counted_allocations(long *count, long *bytes) {
    is_counting = false;
    *count = allocation_count;
    *bytes = allocation_bytes;
}

bool tasker_become_strict(void) {
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0;
}

bool tasker_take_terminal(void) {
    if (setsid() < 0) return false;
    int other_end = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (other_end < 0 || grantpt(other_end) != 0 || unlockpt(other_end) != 0) return false;
    // Who leads a session without a terminal gets the first one that it opens.
    return open(ptsname(other_end), O_RDWR | O_CLOEXEC) >= 0;
}

#if __has_feature(thread_sanitizer)

#include <sanitizer/common_interface_defs.h>

void tasker_start_symbolizer(void) {
    char name[256];
    __sanitizer_symbolize_pc((void *)tasker_start_symbolizer, "%f", name, sizeof name);
}

#else

void tasker_start_symbolizer(void) {}

// The sanitizer brings an allocator of its own.

// An executable's definitions go before the C library's in the whole process.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);

static void note(size_t size) {
    if (!is_counting) return;
    allocation_count += 1;
    allocation_bytes += (long)size;
}

void *malloc(size_t size) {
    note(size);
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    note(count * size);
    return __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size) {
    note(size);
    return __libc_realloc(pointer, size);
}

#endif
