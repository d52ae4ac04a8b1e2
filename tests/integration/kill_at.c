/* kill_at N CALL REPORT PROGRAM ARGUMENT…: runs a program and kills it with SIGKILL right before
 * its Nth system call that writes, syncs, renames, removes, creates or sends, counted over all its
 * threads; 0 = never. That call is not carried out. Each such call is one line in REPORT, its name
 * and upon what: "fdatasync state.db-wal", "sendto socket:[]" (the last part of the path, without
 * digits, so that it is the same in all runs). CALL is such a line, then only its like are counted;
 * empty = all. Exit status: the program's own, 137 when it was killed.
 *
 * strace can inject a signal too, but counts in each thread alone: its Nth call is none of the
 * program's. Only what can be seen outside is counted: wake-ups between threads (eventfd, pipes)
 * are not. The calls are filtered in the kernel, so that all others cost nothing. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLED_STATUS 137
#define OPTIONS                                                                                    \
	(PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |  \
	 PTRACE_O_EXITKILL)

/* Where it says upon what: a descriptor or a name, in its first or its second argument. Flags of an
 * open follow the name. */
enum shape { BY_FD, BY_NAME, BY_SECOND_NAME, OPENS_NAME, OPENS_SECOND_NAME };
static const struct call {
	long number;
	const char *name;
	enum shape shape;
} calls[] = {
#define CALL(name, shape)                                                                          \
	{                                                                                          \
		SYS_##name, #name, shape                                                           \
	}
        CALL(write, BY_FD),
        CALL(pwrite64, BY_FD),
        CALL(writev, BY_FD),
        CALL(pwritev, BY_FD),
        CALL(pwritev2, BY_FD),
        CALL(fsync, BY_FD),
        CALL(fdatasync, BY_FD),
        CALL(sync_file_range, BY_FD),
        CALL(ftruncate, BY_FD),
        CALL(fallocate, BY_FD),
        CALL(copy_file_range, BY_FD),
        CALL(sendfile, BY_FD),
        CALL(sendto, BY_FD),
        CALL(sendmsg, BY_FD),
        CALL(sendmmsg, BY_FD),
        CALL(openat, OPENS_SECOND_NAME),
        CALL(mkdirat, BY_SECOND_NAME),
        CALL(unlinkat, BY_SECOND_NAME),
        CALL(linkat, BY_SECOND_NAME),
        CALL(renameat2, BY_SECOND_NAME),
#ifdef SYS_renameat
        CALL(renameat, BY_SECOND_NAME),
#endif
#ifdef SYS_rename /* an older kernel interface, which newer machines do not have */
        CALL(open, OPENS_NAME),
        CALL(creat, BY_NAME),
        CALL(mkdir, BY_NAME),
        CALL(unlink, BY_NAME),
        CALL(link, BY_NAME),
        CALL(rename, BY_NAME),
#endif
};
#define CALLS (sizeof(calls) / sizeof(*calls))

static void fail(const char *what)
{
	fprintf(stderr, "kill_at: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* --- in the child --- */

static void filter_calls(void)
{
	struct sock_filter code[2 * CALLS + 2];
	struct sock_fprog program = {.len = 0, .filter = code};

	code[program.len++] = (struct sock_filter)BPF_STMT(
	        BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < CALLS; i++) {
		code[program.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
		                                                   (uint32_t)calls[i].number, 0, 1);
		code[program.len++] =
		        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
	}
	code[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		fail("seccomp");
}

/* The first stop lets the parent set its options before anything is traced. */
static void become(char **argv)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
		fail("ptrace");
	(void)raise(SIGSTOP);
	filter_calls();
	execv(argv[0], argv);
	fail(argv[0]);
}

/* --- in the parent --- */

static const struct call *find_call(uint64_t number)
{
	for (size_t i = 0; i < CALLS; i++)
		if ((uint64_t)calls[i].number == number)
			return &calls[i];
	return NULL;
}

/* Where a descriptor leads: a path, "socket:[7]", "anon_inode:[eventfd]". */
static void read_link(pid_t thread, uint64_t fd, char *out, size_t size)
{
	char link[64];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/%d/fd/%d", (int)thread, (int)fd);
	len = readlink(link, out, size - 1);
	out[len > 0 ? len : 0] = '\0';
}

/* A text of the program; what lies behind its end may not be there to be read. */
static void read_name(pid_t thread, uint64_t address, char *out, size_t size)
{
	char path[64];
	size_t len = 0;
	int memory;

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)thread);
	memory = open(path, O_RDONLY | O_CLOEXEC);
	while (memory >= 0 && len + 1 < size &&
	       pread(memory, out + len, 1, (off_t)(address + len)) == 1 && out[len] != '\0')
		len++;
	out[len] = '\0';
	if (memory >= 0)
		(void)close(memory);
}

static void read_target(pid_t thread, enum shape shape, const uint64_t *arguments, char *out,
                        size_t size)
{
	switch (shape) {
	case BY_FD: read_link(thread, arguments[0], out, size); break;
	case BY_NAME:
	case OPENS_NAME: read_name(thread, arguments[0], out, size); break;
	case BY_SECOND_NAME:
	case OPENS_SECOND_NAME: read_name(thread, arguments[1], out, size); break;
	}
}

static bool opens_only(enum shape shape, const uint64_t *arguments)
{
	uint64_t flags = shape == OPENS_NAME ? arguments[1] : arguments[2];

	return (shape == OPENS_NAME || shape == OPENS_SECOND_NAME) &&
	       !(flags & (O_CREAT | O_TRUNC));
}

/* The call that this thread is stopped at, as a line of the report; false when it is none of
 * those. */
static bool describe(pid_t thread, char *out, size_t size)
{
	struct __ptrace_syscall_info info;
	const struct call *call;
	char target[512];
	const char *last;
	size_t len;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof(info), &info) < 0)
		return false; /* it is gone */
	call = find_call(info.seccomp.nr);
	if (info.op != PTRACE_SYSCALL_INFO_SECCOMP || call == NULL ||
	    opens_only(call->shape, (uint64_t *)info.seccomp.args))
		return false;
	read_target(thread, call->shape, (uint64_t *)info.seccomp.args, target, sizeof(target));
	if (strncmp(target, "anon_inode:", 11) == 0 || strncmp(target, "pipe:", 5) == 0)
		return false;
	last = strrchr(target, '/');
	len = (size_t)snprintf(out, size, "%s ", call->name);
	for (const char *at = last != NULL ? last + 1 : target; *at != '\0' && len + 1 < size; at++)
		if (*at < '0' || *at > '9')
			out[len++] = *at;
	out[len] = '\0';
	return true;
}

static bool is_wanted(pid_t thread, const char *like, FILE *report)
{
	char line[600];

	if (!describe(thread, line, sizeof(line)))
		return false;
	fprintf(report, "%s\n", line);
	fflush(report);
	return like[0] == '\0' || strcmp(like, line) == 0;
}

static int watch(pid_t child, unsigned long wanted, const char *like, FILE *report)
{
	unsigned long count = 0;
	int status;

	for (;;) {
		pid_t thread = waitpid(-1, &status, __WALL);
		int number = 0;

		if (thread < 0 && errno == EINTR)
			continue;
		if (thread < 0)
			fail("waitpid");
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			if (thread == child)
				return WIFEXITED(status) ? WEXITSTATUS(status)
				                         : 128 + WTERMSIG(status);
			continue;
		}
		if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_SECCOMP << 8))) {
			if (is_wanted(thread, like, report) && ++count == wanted)
				(void)kill(child, SIGKILL);
		} else if (status >> 16 == 0 && WSTOPSIG(status) != SIGSTOP &&
		           WSTOPSIG(status) != SIGTRAP) {
			number = WSTOPSIG(status); /* a signal of its own */
		}
		(void)ptrace(PTRACE_CONT, thread, NULL, (void *)(intptr_t)number);
	}
}

int main(int argc, char **argv)
{
	FILE *report;
	pid_t child;
	int status;

	if (argc < 5) {
		fprintf(stderr, "usage: kill_at N CALL REPORT PROGRAM ARGUMENT...\n");
		return 2;
	}
	report = fopen(argv[3], "we");
	if (report == NULL)
		fail(argv[3]);
	child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0)
		become(argv + 4);
	if (waitpid(child, &status, 0) < 0 ||
	    ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)(intptr_t)OPTIONS) < 0 ||
	    ptrace(PTRACE_CONT, child, NULL, NULL) < 0)
		fail("ptrace");
	status = watch(child, strtoul(argv[1], NULL, 10), argv[2], report);
	fclose(report);
	return status;
}
