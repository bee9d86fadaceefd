#ifndef CTASKER_GLIB_SHIM_H
#define CTASKER_GLIB_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// The two entry points through which libdispatch lends its main queue to a foreign run loop. It exports them for
// CoreFoundation and declares them in no public header; their signatures are those of libdispatch's
// private/private.h on Linux, where the handle is an eventfd.
extern int _dispatch_get_main_queue_handle_4CF(void);
extern void _dispatch_main_queue_callback_4CF(void *message);

// The functions of a source are a struct of C functions, and what follows on the GSource is its own.
typedef struct {
    GSource source;
    // How many microseconds it waits after the context has seen that it was signalled.
    gint64 patience;
    // When that was; 0: not yet. The context's thread.
    gint64 since;
    gint is_signalled;
} TaskerManualSource;

static inline gboolean tasker_manual_source_prepare(GSource *source, gint *timeout) {
    TaskerManualSource *manual = (TaskerManualSource *)source;
    *timeout = -1;
    if (!g_atomic_int_get(&manual->is_signalled)) return FALSE;
    if (manual->patience <= 0) return TRUE;
    gint64 now = g_source_get_time(source);
    if (manual->since == 0) manual->since = now;
    gint64 rest = manual->patience - (now - manual->since);
    if (rest <= 0) return TRUE;
    *timeout = (gint)MIN((rest + 999) / 1000, G_MAXINT);
    return FALSE;
}

static inline gboolean tasker_manual_source_check(GSource *source) {
    gint timeout;
    return tasker_manual_source_prepare(source, &timeout);
}

static inline void tasker_manual_source_clear(GSource *source) {
    ((TaskerManualSource *)source)->since = 0;
    g_atomic_int_set(&((TaskerManualSource *)source)->is_signalled, FALSE);
}

static inline gboolean tasker_manual_source_dispatch(GSource *source, GSourceFunc callback, gpointer data) {
    // GLib remembers that it was ready, also when that was taken back before its turn came.
    if (!g_atomic_int_get(&((TaskerManualSource *)source)->is_signalled)) return TRUE;
    // First, so that the callback may signal it again.
    tasker_manual_source_clear(source);
    return callback(data);
}

static inline GSource *tasker_manual_source_new(gint64 patience) {
    static GSourceFuncs functions = {
        .prepare = tasker_manual_source_prepare,
        .check = tasker_manual_source_check,
        .dispatch = tasker_manual_source_dispatch,
    };
    GSource *source = g_source_new(&functions, sizeof(TaskerManualSource));
    ((TaskerManualSource *)source)->patience = patience;
    g_source_set_can_recurse(source, TRUE);
    return source;
}

static inline void tasker_manual_source_signal(GSource *source) {
    g_atomic_int_set(&((TaskerManualSource *)source)->is_signalled, TRUE);
}

// glibc declares gettid only under _GNU_SOURCE, with which Swift does not import it.
static inline pid_t tasker_thread_id(void) {
    return (pid_t)syscall(SYS_gettid);
}

// glibc has no membarrier, and its syscall is variadic, which Swift does not call. Whether the system has what
// tasker_pass_barrier() asks for: Linux 4.14.
static inline bool tasker_register_barrier(void) {
    return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}

static inline bool tasker_pass_barrier(void) {
    return syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0;
}

// Keeps the compiler, and it alone, from moving memory accesses from one side to the other. Swift's fences are instructions.
static inline void tasker_keep_order(void) {
    __asm__ __volatile__("" ::: "memory");
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

// What a child leaves behind when it ends becomes a child of this process instead of init's.
static inline void tasker_adopt_orphans(void) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

// Whether there are children, ended ones that nobody has reaped included; reaps none, because somebody may wait for it.
static inline gboolean tasker_has_children(void) {
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

// glibc declares prlimit only under _GNU_SOURCE, with which Swift does not import it.
static inline int tasker_limit_open_files(pid_t process, rlim_t count) {
    const struct rlimit limit = {.rlim_cur = count, .rlim_max = count};
    return (int)syscall(SYS_prlimit64, process, RLIMIT_NOFILE, &limit, NULL);
}

// Whether two processes have one address space, as a child of vfork has its parent's until it runs its program. FALSE also where
// the kernel does not tell; KCMP_VM is 1 in linux/kcmp.h.
static inline gboolean tasker_share_memory(pid_t one, pid_t other) {
    return syscall(SYS_kcmp, one, other, 1, 0, 0) == 0;
}

// glibc declares memfd_create, and the seals of fcntl, only under _GNU_SOURCE; the numbers are those of linux/memfd.h and
// linux/fcntl.h: MFD_CLOEXEC | MFD_ALLOW_SEALING; F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW; F_GET_SEALS.
static inline int tasker_memfd(const char *name) {
    return (int)syscall(SYS_memfd_create, name, 1u | 2u);
}

static inline int tasker_seal_size(int descriptor) {
    return fcntl(descriptor, 1033, 1 | 2 | 4);
}

static inline gboolean tasker_has_fixed_size(int descriptor) {
    int seals = fcntl(descriptor, 1034);
    // F_SEAL_SEAL as well, so that no other seal comes later that forbids to map it.
    return seals >= 0 && (seals & (1 | 2 | 4)) == (1 | 2 | 4);
}

enum { tasker_descriptor_limit = 64 };

// sendmsg and recvmsg with descriptors: the macros for their space are not imported by Swift. As send and recv without any.
static inline ssize_t tasker_send(int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count) {
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = count};
    union {
        char space[CMSG_SPACE(tasker_descriptor_limit * sizeof(int))];
        struct cmsghdr alignment;
    } control;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (descriptor_count > 0) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(descriptor_count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(descriptor_count * sizeof(int));
        memcpy(CMSG_DATA(header), descriptors, descriptor_count * sizeof(int));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

// The descriptors need room for tasker_descriptor_limit. Those that are more, or for which the process has none left, are lost: the
// kernel says that some are, and not how many.
static inline ssize_t tasker_receive(
    int socket, void *bytes, size_t count, int *descriptors, size_t *descriptor_count, gboolean *is_truncated
) {
    struct iovec part = {.iov_base = bytes, .iov_len = count};
    union {
        char space[CMSG_SPACE(tasker_descriptor_limit * sizeof(int))];
        struct cmsghdr alignment;
    } control;
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
    };
    ssize_t result = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    *descriptor_count = 0;
    *is_truncated = FALSE;
    if (result < 0) return result;
    *is_truncated = (message.msg_flags & MSG_CTRUNC) != 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t size = header->cmsg_len - CMSG_LEN(0);
        memcpy(descriptors + *descriptor_count, CMSG_DATA(header), size);
        *descriptor_count += size / sizeof(int);
    }
    return result;
}

// The clock of Swift's ContinuousClock as one number: reading it through Duration costs a 128-bit division more.
static inline int64_t tasker_nanoseconds_since_boot(void) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

#endif
