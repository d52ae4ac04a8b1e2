/* Tries what the sandbox of the service is to forbid, one line each: what, and the name of the
 * error or "allowed". Run by tests/systemd/inside in the place of the daemon, within the same
 * unit. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(const char *what, long result)
{
	printf("%s=%s\n", what, result < 0 ? strerrorname_np(errno) : "allowed");
	if (result > 2)
		(void)close((int)result);
}

static long write_into(const char *folder)
{
	char path[128];

	int fd;

	snprintf(path, sizeof(path), "%s/probe", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		(void)unlink(path);
	return fd;
}

static long writable_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? -1 : 0;
}

static long setuid_bit(const char *folder)
{
	int fd = (int)write_into(folder);

	return fd < 0 ? -1 : fchmod(fd, 04755);
}

/* A program other than the daemon; execve either fails here or replaces the child. */
static long other_program(void)
{
	int channel[2], failed = 0;
	pid_t child;

	if (pipe2(channel, O_CLOEXEC) < 0 || (child = fork()) < 0)
		return -1;
	if (child == 0) {
		execl("/usr/bin/true", "true", (char *)NULL);
		failed = errno;
		_exit(write(channel[1], &failed, sizeof(failed)) < 0);
	}
	(void)close(channel[1]);
	(void)!read(channel[0], &failed, sizeof(failed));
	(void)close(channel[0]);
	(void)waitpid(child, NULL, 0);
	errno = failed;
	return failed != 0 ? -1 : 0;
}

static void files(const char *own)
{
	tell("write_own", write_into(own));
	tell("write_etc", write_into("/etc"));
	tell("write_usr", write_into("/usr"));
	tell("write_var", write_into("/var"));
	tell("write_run", write_into("/run"));
	tell("read_root", open("/root", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	tell("read_credstore", open("/etc/credstore/zendesk.api_token", O_RDONLY | O_CLOEXEC));
	tell("read_pid1", open("/proc/1/status", O_RDONLY | O_CLOEXEC));
	tell("read_meminfo", open("/proc/meminfo", O_RDONLY | O_CLOEXEC));
	tell("read_kmsg", open("/dev/kmsg", O_RDONLY | O_CLOEXEC));
	tell("setuid_bit", setuid_bit(own));
	tell("other_program", other_program());
}

static void kernel(void)
{
	tell("unshare", unshare(CLONE_NEWNS));
	tell("user_namespace", unshare(CLONE_NEWUSER));
	tell("writable_code", writable_code());
	tell("personality", personality(ADDR_NO_RANDOMIZE));
	tell("priority", setpriority(PRIO_PROCESS, 0, 5));
	tell("ptrace", syscall(SYS_ptrace, 0, 0, 0, 0));
	tell("bpf", syscall(SYS_bpf, 0, NULL, 0));
	tell("io_uring", syscall(SYS_io_uring_setup, 1, NULL));
	tell("keyring", syscall(SYS_keyctl, 0, 0, 0, 0));
}

static void network(void)
{
	tell("unix", socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	tell("inet", socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	tell("raw", socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, 1));
	tell("packet", socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	tell("netlink", socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0));
	tell("vsock", socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: sandbox_probe FOLDER-THAT-MAY-BE-WRITTEN\n", stderr);
		return 2;
	}
	files(argv[1]);
	kernel();
	network();
	return 0;
}
