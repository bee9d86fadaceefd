#ifndef CTASKER_GLIB_SHIM_H
#define CTASKER_GLIB_SHIM_H

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// The two entry points through which libdispatch lends its main queue to a foreign run loop. It exports them for
// CoreFoundation and declares them in no public header; their signatures are those of libdispatch's
// private/private.h on Linux, where the handle is an eventfd.
extern int _dispatch_get_main_queue_handle_4CF(void);
extern void _dispatch_main_queue_callback_4CF(void *message);

// glibc declares gettid only under _GNU_SOURCE, with which Swift does not import it.
static inline pid_t tasker_thread_id(void) {
    return (pid_t)syscall(SYS_gettid);
}

// prctl is variadic, which Swift does not call; pthread_setname_np needs _GNU_SOURCE. At most 15 bytes.
static inline void tasker_set_thread_name(const char *name) {
    prctl(PR_SET_NAME, name);
}

// The flags are enumerators, which Swift does not combine; glibc's two-flag eventfd is all that is used.
static inline int tasker_eventfd(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

// The fields of a siginfo_t are macros, which Swift does not import. Waits until the child has ended, and leaves it to be
// reaped; its exit status or signal, or -1 when there is no such child.
static inline int tasker_wait_for_exit(int process_descriptor, gboolean *was_signaled) {
    siginfo_t info;
    int result;
    do {
        result = waitid(P_PIDFD, (id_t)process_descriptor, &info, WEXITED | WNOWAIT);
    } while (result < 0 && errno == EINTR);
    if (result < 0) return -1;
    *was_signaled = info.si_code != CLD_EXITED;
    return info.si_status;
}

// The clock of Swift's ContinuousClock as one number: reading it through Duration costs a 128-bit division more.
static inline int64_t tasker_nanoseconds_since_boot(void) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

#endif
