/* What the service manager hears, and what is taken over from it: against a socket that plays the
 * manager. */
#include "../base/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "daemon/system/systemd.h"

#ifdef AITD_SYSTEMD

struct manager {
	int fd;
	char folder[32];
	char path[64];
};

static void manager_start(struct manager *manager)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(manager->folder, sizeof(manager->folder), "/tmp/aitd-test-XXXXXX");
	assert_non_null(mkdtemp(manager->folder));
	snprintf(manager->path, sizeof(manager->path), "%s/notify", manager->folder);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", manager->path);
	manager->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(manager->fd >= 0);
	assert_int_equal(bind(manager->fd, (struct sockaddr *)&address, sizeof(address)), 0);
	setenv("NOTIFY_SOCKET", manager->path, 1);
}

static void manager_stop(struct manager *manager)
{
	unsetenv("NOTIFY_SOCKET");
	close(manager->fd);
	unlink(manager->path);
	rmdir(manager->folder);
}

static const char *heard(struct manager *manager)
{
	static char message[4096];
	ssize_t len = recv(manager->fd, message, sizeof(message) - 1, 0);

	assert_true(len >= 0);
	message[len] = '\0';
	return message;
}

static void each_moment_of_a_life_is_told_in_one_message(void **state)
{
	struct manager manager;

	manager_start(&manager);
	assert_int_equal(systemd_ready("12 tickets waiting"), 0);
	assert_string_equal(heard(&manager), "READY=1\nSTATUS=12 tickets waiting");
	assert_int_equal(systemd_status("idle"), 0);
	assert_string_equal(heard(&manager), "STATUS=idle");
	assert_int_equal(systemd_watchdog(), 0);
	assert_string_equal(heard(&manager), "WATCHDOG=1");
	assert_int_equal(systemd_stopping("draining 3"), 0);
	assert_string_equal(heard(&manager), "STOPPING=1\nSTATUS=draining 3");
	assert_int_equal(systemd_extend(1500), 0);
	assert_string_equal(heard(&manager), "EXTEND_TIMEOUT_USEC=1500000");
	manager_stop(&manager);
}

static unsigned long long monotonic_usec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (unsigned long long)now.tv_sec * 1000000ULL +
	       (unsigned long long)now.tv_nsec / 1000ULL;
}

static void a_reload_carries_the_moment_of_its_message(void **state)
{
	struct manager manager;
	unsigned long long before, told, after;
	char status[32];

	manager_start(&manager);
	before = monotonic_usec();
	assert_int_equal(systemd_reloading("reading"), 0);
	after = monotonic_usec();
	assert_int_equal(sscanf(heard(&manager), "RELOADING=1\nMONOTONIC_USEC=%llu\nSTATUS=%31s",
	                        &told, status),
	                 2);
	assert_true(before <= told && told <= after);
	assert_string_equal(status, "reading");
	manager_stop(&manager);
}

static void foreign_words_in_a_status_begin_no_assignment(void **state)
{
	struct manager manager;

	manager_start(&manager);
	assert_int_equal(systemd_status("refused:\nMAINPID=1\r\nREADY=1\x7f."), 0);
	assert_string_equal(heard(&manager), "STATUS=refused: MAINPID=1  READY=1 .");
	manager_stop(&manager);
}

static void a_long_status_is_cut_between_characters(void **state)
{
	struct manager manager;
	char status[2001];
	const char *message;

	for (size_t i = 0; i < 2000; i += 2)
		memcpy(status + i, "ä", 2);
	status[2000] = '\0';
	status[0] = 'x';
	status[1] = 'y';
	status[2] = 'z';
	memmove(status + 3, status + 4, 1997); /* an odd offset: the cut would split a character */
	manager_start(&manager);
	assert_int_equal(systemd_ready(status), 0);
	message = heard(&manager);
	assert_int_equal(strlen(message), strlen("READY=1\nSTATUS=") + 899);
	assert_true(utf8_valid(str_of(message)));
	manager_stop(&manager);
}

static void without_a_manager_nothing_happens_and_nothing_fails(void **state)
{
	struct systemd_socket sockets[SYSTEMD_SOCKETS_MAX];

	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("LISTEN_PID");
	assert_int_equal(systemd_ready("x"), 0);
	assert_int_equal(systemd_reloading("x"), 0);
	assert_int_equal(systemd_stopping("x"), 0);
	assert_int_equal(systemd_status("x"), 0);
	assert_int_equal(systemd_watchdog(), 0);
	assert_int_equal(systemd_extend(1), 0);
	assert_int_equal(systemd_watchdog_period(), 0);
	assert_int_equal(systemd_sockets(sockets, NULL), 0);
}

static void a_manager_that_cannot_be_reached_is_an_error_to_be_told(void **state)
{
	setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1);
	assert_int_equal(systemd_ready("x"), -ENOENT);
	assert_int_equal(systemd_watchdog(), -ENOENT);
	unsetenv("NOTIFY_SOCKET");
}

static void the_watchdog_is_due_at_half_its_time_and_only_in_the_process_it_names(void **state)
{
	char pid[24];

	setenv("WATCHDOG_USEC", "30000000", 1);
	assert_int_equal(systemd_watchdog_period(), 15 * MSEC_SECOND);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(systemd_watchdog_period(), 15 * MSEC_SECOND);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(systemd_watchdog_period(), 0);
	unsetenv("WATCHDOG_PID");
	setenv("WATCHDOG_USEC", "1", 1); /* never 0, which would mean: nobody watches */
	assert_int_equal(systemd_watchdog_period(), 1);
	setenv("WATCHDOG_USEC", "nonsense", 1);
	assert_int_equal(systemd_watchdog_period(), 0);
	unsetenv("WATCHDOG_USEC");
}

/* --- inherited sockets: in a child, whose descriptors 3 and above are ours to arrange --- */

static void place(int fd, int at)
{
	assert_int_equal(dup2(fd, at), at);
	fcntl(at, F_SETFD, 0);
}

static int listening(int family)
{
	int fd = socket(family, SOCK_STREAM, 0);
	/* an abstract name of the kernel's choice */
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t len = sizeof(sa_family_t);

	if (family == AF_UNIX)
		assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static void inherit(const char *count, const char *names)
{
	char pid[24];

	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", count, 1);
	setenv("LISTEN_FDNAMES", names, 1);
}

static void in_a_child(void (*body)(void))
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		body();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%d: %s\n", __LINE__, #condition);                         \
			_exit(1);                                                                  \
		}                                                                                  \
	} while (0)

static void take_two(void)
{
	struct systemd_socket sockets[SYSTEMD_SOCKETS_MAX];
	int local = fcntl(listening(AF_UNIX), F_DUPFD, 20),
	    tcp = fcntl(listening(AF_INET), F_DUPFD, 20);

	place(local, 3);
	place(tcp, 4);
	inherit("2", "http:web");
	CHECK(systemd_sockets(sockets, NULL) == 2);
	CHECK(sockets[0].fd == 3 && sockets[0].unix_domain && strcmp(sockets[0].name, "http") == 0);
	CHECK(sockets[1].fd == 4 && !sockets[1].unix_domain && strcmp(sockets[1].name, "web") == 0);
	CHECK((fcntl(3, F_GETFD) & FD_CLOEXEC) != 0 && (fcntl(4, F_GETFD) & FD_CLOEXEC) != 0);
	CHECK(getenv("LISTEN_FDS") == NULL && getenv("LISTEN_PID") == NULL);
	CHECK(systemd_sockets(sockets, NULL) == 0);
}

static void sockets_are_taken_over_by_kind_and_name_once(void **state)
{
	in_a_child(take_two);
}

static void refuse_the_rest(void)
{
	struct systemd_socket sockets[SYSTEMD_SOCKETS_MAX];
	struct buf refused;
	int local = fcntl(listening(AF_UNIX), F_DUPFD, 20),
	    null = fcntl(open("/dev/null", O_RDWR), F_DUPFD, 20);
	int datagram = fcntl(socket(AF_UNIX, SOCK_DGRAM, 0), F_DUPFD, 20);
	int deaf = fcntl(socket(AF_INET, SOCK_STREAM, 0), F_DUPFD, 20);

	place(null, 3);
	place(datagram, 4);
	place(deaf, 5);
	place(local, 6);
	inherit("4", "a:b:c:http");
	buf_init(&refused, 4096);
	CHECK(systemd_sockets(sockets, &refused) == 1);
	CHECK(sockets[0].fd == 6 && strcmp(sockets[0].name, "http") == 0);
	CHECK(strcmp(buf_cstr(&refused),
	             "inherited descriptor 3 (a): not a listening stream socket\ninherited "
	             "descriptor 4 (b): not a listening stream socket\ninherited descriptor 5 (c): "
	             "not a listening stream socket\n") == 0);
	CHECK(fcntl(3, F_GETFD) < 0 && fcntl(4, F_GETFD) < 0 && fcntl(5, F_GETFD) < 0);
	buf_free(&refused);
}

static void what_is_no_listening_stream_socket_is_closed_and_named(void **state)
{
	in_a_child(refuse_the_rest);
}

static void take_too_many(void)
{
	struct systemd_socket sockets[SYSTEMD_SOCKETS_MAX];
	struct buf refused;
	int local = fcntl(listening(AF_UNIX), F_DUPFD, 40);

	for (int fd = 3; fd < 3 + SYSTEMD_SOCKETS_MAX + 2; fd++)
		place(local, fd);
	inherit("18", "http");
	unsetenv("LISTEN_FDNAMES");
	buf_init(&refused, 4096);
	CHECK(systemd_sockets(sockets, &refused) == SYSTEMD_SOCKETS_MAX);
	CHECK(strcmp(sockets[0].name, "unknown") == 0);
	CHECK(fcntl(3 + SYSTEMD_SOCKETS_MAX, F_GETFD) < 0);
	CHECK(str_find(buf_str(&refused), STR("descriptor 20 (unknown): more sockets")) > 0);
	buf_free(&refused);
}

static void sockets_beyond_the_bound_are_closed(void **state)
{
	in_a_child(take_too_many);
}

static void ignore_others(void)
{
	struct systemd_socket sockets[SYSTEMD_SOCKETS_MAX];

	inherit("1", "http");
	setenv("LISTEN_PID", "1", 1);
	CHECK(systemd_sockets(sockets, NULL) == 0);
}

static void sockets_meant_for_another_process_are_left_alone(void **state)
{
	in_a_child(ignore_others);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_moment_of_a_life_is_told_in_one_message),
	        cmocka_unit_test(a_reload_carries_the_moment_of_its_message),
	        cmocka_unit_test(foreign_words_in_a_status_begin_no_assignment),
	        cmocka_unit_test(a_long_status_is_cut_between_characters),
	        cmocka_unit_test(without_a_manager_nothing_happens_and_nothing_fails),
	        cmocka_unit_test(a_manager_that_cannot_be_reached_is_an_error_to_be_told),
	        cmocka_unit_test(
	                the_watchdog_is_due_at_half_its_time_and_only_in_the_process_it_names),
	        cmocka_unit_test(sockets_are_taken_over_by_kind_and_name_once),
	        cmocka_unit_test(what_is_no_listening_stream_socket_is_closed_and_named),
	        cmocka_unit_test(sockets_beyond_the_bound_are_closed),
	        cmocka_unit_test(sockets_meant_for_another_process_are_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	print_message("built without libsystemd: nothing to test\n");
	return 0;
}

#endif
