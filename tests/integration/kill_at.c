/* kill_at N REPORT PROGRAM ARGUMENT…: runs a program and kills it with SIGKILL right before its Nth system call that writes, syncs,
 * renames, removes, creates or sends, counted over all its threads; 0 = never. That call is not carried out. Every counted call is one
 * line in REPORT, the last one being the one that was not. Exit status: the program's own, 137 when it was killed.
 *
 * strace can inject a signal too, but counts in each thread alone: its Nth call is none of the program's. Only what can be seen
 * outside is counted: wake-ups between threads (eventfd, pipes) are not. The calls are filtered in the kernel, so that all
 * others cost nothing. */
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
#define OPTIONS                                                                                                        \
	(PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL)

/* What is named by the first argument, and which argument holds the flags of an open. */
enum shape { BY_FD, BY_NAME, OPENS_AT_1, OPENS_AT_2 };
static const struct call {
	long number;
	const char *name;
	enum shape shape;
} calls[] = {
#define CALL(name, shape)                                                                                              \
	{                                                                                                              \
		SYS_##name, #name, shape                                                                               \
	}
        CALL(write, BY_FD),      CALL(pwrite64, BY_FD),   CALL(writev, BY_FD),          CALL(pwritev, BY_FD),
        CALL(pwritev2, BY_FD),   CALL(fsync, BY_FD),      CALL(fdatasync, BY_FD),       CALL(sync_file_range, BY_FD),
        CALL(ftruncate, BY_FD),  CALL(fallocate, BY_FD),  CALL(copy_file_range, BY_FD), CALL(sendfile, BY_FD),
        CALL(sendto, BY_FD),     CALL(sendmsg, BY_FD),    CALL(sendmmsg, BY_FD),        CALL(openat, OPENS_AT_2),
        CALL(mkdirat, BY_NAME),  CALL(unlinkat, BY_NAME), CALL(linkat, BY_NAME),        CALL(renameat2, BY_NAME),
#ifdef SYS_renameat
        CALL(renameat, BY_NAME),
#endif
#ifdef SYS_rename /* an older kernel interface, which newer machines do not have */
        CALL(open, OPENS_AT_1),  CALL(creat, BY_NAME),    CALL(mkdir, BY_NAME),         CALL(unlink, BY_NAME),
        CALL(link, BY_NAME),     CALL(rename, BY_NAME),
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

	code[program.len++] =
	        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < CALLS; i++) {
		code[program.len++] =
		        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)calls[i].number, 0, 1);
		code[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
	}
	code[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
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
static void describe(pid_t thread, uint64_t fd, char *out, size_t size)
{
	char link[64];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/%d/fd/%d", (int)thread, (int)fd);
	len = readlink(link, out, size - 1);
	out[len > 0 ? len : 0] = '\0';
}

/* Whether the call that this thread is stopped at counts; if so, a line in the report. */
static bool counts(pid_t thread, FILE *report)
{
	struct __ptrace_syscall_info info;
	const struct call *call;
	char target[512] = "";

	if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof(info), &info) < 0)
		return false; /* it is gone */
	call = find_call(info.seccomp.nr);
	if (info.op != PTRACE_SYSCALL_INFO_SECCOMP || call == NULL)
		return false;
	if (call->shape == OPENS_AT_1 && !(info.seccomp.args[1] & (O_CREAT | O_TRUNC)))
		return false;
	if (call->shape == OPENS_AT_2 && !(info.seccomp.args[2] & (O_CREAT | O_TRUNC)))
		return false;
	if (call->shape == BY_FD)
		describe(thread, info.seccomp.args[0], target, sizeof(target));
	if (strncmp(target, "anon_inode:", 11) == 0 || strncmp(target, "pipe:", 5) == 0)
		return false;
	fprintf(report, "%s %s\n", call->name, target);
	fflush(report);
	return true;
}

static int watch(pid_t child, unsigned long wanted, FILE *report)
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
				return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
			continue;
		}
		if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_SECCOMP << 8))) {
			if (counts(thread, report) && ++count == wanted)
				(void)kill(child, SIGKILL);
		} else if (status >> 16 == 0 && WSTOPSIG(status) != SIGSTOP && WSTOPSIG(status) != SIGTRAP) {
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

	if (argc < 4) {
		fprintf(stderr, "usage: kill_at N REPORT PROGRAM ARGUMENT...\n");
		return 2;
	}
	report = fopen(argv[2], "we");
	if (report == NULL)
		fail(argv[2]);
	child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0)
		become(argv + 3);
	if (waitpid(child, &status, 0) < 0 || ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)(intptr_t)OPTIONS) < 0 ||
	    ptrace(PTRACE_CONT, child, NULL, NULL) < 0)
		fail("ptrace");
	status = watch(child, strtoul(argv[1], NULL, 10), report);
	fclose(report);
	return status;
}
