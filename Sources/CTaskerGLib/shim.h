#ifndef CTASKER_GLIB_SHIM_H
#define CTASKER_GLIB_SHIM_H

#include <gio/gio.h>
#include <glib-unix.h>
#include <glib.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
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

#endif
