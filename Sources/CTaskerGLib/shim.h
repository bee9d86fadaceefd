#ifndef CTASKER_GLIB_SHIM_H
#define CTASKER_GLIB_SHIM_H

#include <gio/gio.h>
#include <glib-unix.h>
#include <glib.h>
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

#endif
