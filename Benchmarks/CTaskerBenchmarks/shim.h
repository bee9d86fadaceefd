#ifndef CTASKER_BENCHMARKS_SHIM_H
#define CTASKER_BENCHMARKS_SHIM_H

// mallinfo2 and malloc_trim are in no Swift module.
#include <malloc.h>
#include <sys/syscall.h>
#include <unistd.h>

// Without it the compiler makes one relaxed store of several in a row.
static inline void tasker_keep_stores(void) {
    __asm__ volatile("" ::: "memory");
}

typedef struct {
    unsigned long bits[16];
} tasker_cores;

// sched_setaffinity needs _GNU_SOURCE, with which Swift does not import it. Both speak of the calling thread and of those
// that it starts.
static inline tasker_cores tasker_allowed_cores(void) {
    tasker_cores cores = {{0}};
    syscall(SYS_sched_getaffinity, 0, sizeof cores, &cores);
    return cores;
}

static inline void tasker_use_cores(tasker_cores cores) {
    syscall(SYS_sched_setaffinity, 0, sizeof cores, &cores);
}

static inline tasker_cores tasker_first_core(tasker_cores cores) {
    tasker_cores first = {{0}};
    for (int index = 0; index < 16; index += 1) {
        if (cores.bits[index] == 0) continue;
        first.bits[index] = cores.bits[index] & -cores.bits[index];
        break;
    }
    return first;
}

#endif
