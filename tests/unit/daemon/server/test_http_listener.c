/* Where the server may listen: paths that are free, taken, dead or too long; addresses; descriptors
 * from elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/server/http_listener.h"
#include "daemon/system/address.h"

#define CONTENDERS 4
#define RACES 50

static char folder[] = "/tmp/listener.XXXXXX";
static char path[64], moved[64];

static int begin(void **state)
{
	snprintf(folder, sizeof(folder), "/tmp/listener.XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/s", folder);
	snprintf(moved, sizeof(moved), "%s/moved", folder);
	return 0;
}

static int end(void **state)
{
	(void)unlink(path);
	return rmdir(folder);
}

static int bind_at_path(const char *where, struct socket_file *file, struct err *err)
{
	struct socket_place place = {.option = "http.socket", .path = where, .group = -1};

	return http_listener_bind(&place, file, err);
}

static int check_path(const char *where, struct err *err)
{
	struct socket_place place = {.option = "http.socket", .path = where, .group = -1};

	return http_listener_check_path(&place, err);
}

static int bind_there(struct socket_file *file)
{
	struct err err = {{0}};
	int status = bind_at_path(path, file, &err);

	if (status < 0)
		assert_non_null(strstr(err.text, path));
	return status;
}

static void a_free_path_is_bound_with_mode_0660(void **state)
{
	struct socket_file file;
	struct stat status;

	assert_int_equal(bind_there(&file), 0);
	assert_int_equal(stat(path, &status), 0);
	assert_true(S_ISSOCK(status.st_mode));
	assert_int_equal(status.st_mode & 0777, 0660);
	http_listener_unlink(path, &file);
	assert_int_equal(stat(path, &status), -1);
	close(file.fd);
}

static void a_group_that_is_not_ours_closes_the_socket_and_is_told(void **state)
{
	struct socket_place place = {.option = "http.socket", .path = path, .group = 4711};
	struct socket_file file;
	struct stat status;
	struct err err;

	assert_int_equal(http_listener_bind(&place, &file, &err), 0);
	assert_int_equal(stat(path, &status), 0);
	if (geteuid() == 0)
		assert_int_equal(file.group_failure, 0);
	else
		assert_int_equal(file.group_failure, EPERM);
	assert_int_equal(status.st_gid, geteuid() == 0 ? 4711 : getegid());
	assert_int_equal(status.st_mode & 0777, 0660);
	close(file.fd);
}

static void the_path_of_an_inherited_socket_is_recognised(void **state)
{
	struct socket_file file;

	assert_int_equal(bind_there(&file), 0);
	assert_true(http_listener_is_at(file.fd, path));
	assert_false(http_listener_is_at(file.fd, moved));
	assert_false(http_listener_is_at(-1, path));
	close(file.fd);
}

static void a_path_where_somebody_listens_is_refused_by_his_name(void **state)
{
	struct socket_file file, second;
	struct err err;
	char pid[32];

	assert_int_equal(bind_there(&file), 0);
	assert_int_equal(listen(file.fd, 1), 0);
	assert_int_equal(bind_at_path(path, &second, &err), -1);
	snprintf(pid, sizeof(pid), "process %ld ", (long)getpid());
	assert_non_null(strstr(err.text, pid));
	assert_non_null(strstr(err.text, path));
	assert_int_equal(access(path, F_OK), 0);
	close(file.fd);
}

static void a_full_queue_is_a_sign_of_life(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct socket_file file, second;
	int peers[8], count = 0;

	assert_int_equal(bind_there(&file), 0);
	assert_int_equal(listen(file.fd, 0), 0);
	memcpy(address.sun_path, path, strlen(path));
	while (count < 8) {
		peers[count] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		if (connect(peers[count++], (struct sockaddr *)&address, sizeof(address)) < 0)
			break;
	}
	assert_true(count < 8);
	assert_int_equal(bind_there(&second), -1);
	while (count > 0)
		close(peers[--count]);
	close(file.fd);
}

static void a_dead_ones_path_is_replaced(void **state)
{
	struct socket_file dead, file;

	assert_int_equal(bind_there(&dead), 0);
	assert_int_equal(listen(dead.fd, 1), 0);
	close(dead.fd);
	assert_int_equal(bind_there(&file), 0);
	close(file.fd);
}

struct race {
	atomic_int ready;
	atomic_int over;
	atomic_int winners;
};

static void contend(struct race *race)
{
	struct socket_file file;

	atomic_fetch_add(&race->ready, 1);
	while (atomic_load(&race->ready) < CONTENDERS)
		;
	if (bind_at_path(path, &file, NULL) == 0)
		atomic_fetch_add(&race->winners, 1);
	/* Who won listens until all have tried. */
	atomic_fetch_add(&race->over, 1);
	while (atomic_load(&race->over) < CONTENDERS)
		(void)sched_yield();
	_exit(0);
}

static void of_many_that_start_at_once_over_a_dead_one_exactly_one_gets_the_name(void **state)
{
	struct race *race = mmap(NULL, sizeof(*race), PROT_READ | PROT_WRITE,
	                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct socket_file dead;

	assert_ptr_not_equal(race, MAP_FAILED);
	assert_int_equal(bind_there(&dead), 0);
	close(dead.fd);
	for (int round = 0; round < RACES; round++) {
		*race = (struct race){0};
		for (int i = 0; i < CONTENDERS; i++)
			if (fork() == 0)
				contend(race);
		for (int i = 0; i < CONTENDERS; i++)
			assert_true(wait(NULL) > 0);
		assert_int_equal(race->winners, 1);
	}
	munmap(race, sizeof(*race));
}

static void what_a_dead_one_held_while_it_started_is_no_obstacle(void **state)
{
	struct socket_file file;
	char lock[80];
	int fd;

	snprintf(lock, sizeof(lock), "%s.lock", path);
	fd = open(lock, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(bind_there(&file), -1);
	close(fd);
	assert_int_equal(access(lock, F_OK), 0);
	assert_int_equal(bind_there(&file), 0);
	assert_int_equal(access(lock, F_OK), -1);
	close(file.fd);
}

static void a_successors_name_is_not_removed(void **state)
{
	struct socket_file first, second;

	assert_int_equal(bind_there(&first), 0);
	assert_int_equal(rename(path, moved), 0);
	assert_int_equal(bind_there(&second), 0);
	http_listener_unlink(path, &first);
	assert_int_equal(access(path, F_OK), 0);
	unlink(moved);
	close(first.fd);
	close(second.fd);
}

static void what_is_no_socket_is_never_touched(void **state)
{
	struct socket_file file;
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
	assert_int_equal(bind_there(&file), -1);
	assert_int_equal(access(path, F_OK), 0);
}

static void another_programs_datagram_socket_is_not_replaced(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct socket_file file;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	memcpy(address.sun_path, path, strlen(path));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(bind_there(&file), -1);
	assert_int_equal(access(path, F_OK), 0);
	close(fd);
}

static void a_missing_folder_is_an_error_with_the_path(void **state)
{
	struct socket_file file;
	struct err err;

	assert_int_equal(bind_at_path("/nowhere/at/all.sock", &file, &err), -1);
	assert_non_null(strstr(err.text, "/nowhere/at/all.sock"));
}

static void a_path_has_1_to_107_bytes(void **state)
{
	char name[SOCKET_PATH_MAX + 2];
	struct err err;

	memset(name, 'a', sizeof(name));
	name[SOCKET_PATH_MAX] = '\0';
	assert_int_equal(check_path(name, &err), 0);
	name[SOCKET_PATH_MAX] = 'a';
	name[SOCKET_PATH_MAX + 1] = '\0';
	assert_int_equal(check_path(name, &err), -1);
	assert_non_null(strstr(err.text, "107"));
	assert_int_equal(check_path("", &err), -1);
}

static void an_address_is_an_ip_and_a_port(void **state)
{
	struct sockaddr_storage address;
	struct err err;

	assert_int_equal(address_parse("127.0.0.1:9090", &address, &err), 0);
	assert_int_equal(address.ss_family, AF_INET);
	assert_int_equal(ntohs(((struct sockaddr_in *)&address)->sin_port), 9090);
	assert_int_equal(address_parse("localhost:1", &address, &err), 0);
	assert_int_equal(ntohl(((struct sockaddr_in *)&address)->sin_addr.s_addr), INADDR_LOOPBACK);
	assert_int_equal(address_parse("[::1]:0", &address, &err), 0);
	assert_int_equal(address.ss_family, AF_INET6);
	assert_int_equal(address_parse(":9090", &address, &err), 0);
	assert_true(IN6_IS_ADDR_UNSPECIFIED(&((struct sockaddr_in6 *)&address)->sin6_addr));
}

static void other_addresses_are_refused(void **state)
{
	static const char *const bad[] = {"",
	                                  "9090",
	                                  "127.0.0.1",
	                                  "127.0.0.1:",
	                                  "127.0.0.1:65536",
	                                  "::1:80",
	                                  "[::1]",
	                                  "[::1:80",
	                                  "host.x:80",
	                                  "1.2.3:80",
	                                  "127.0.0.1:-1",
	                                  "[]:80",
	                                  "[127.0.0.1]:80",
	                                  "127.0.0.1:80x"};
	struct sockaddr_storage address;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err err = {{0}};

		assert_int_equal(address_parse(bad[i], &address, &err), -1);
		assert_non_null(strstr(err.text, "http.listen"));
	}
}

static void only_listening_stream_sockets_are_adopted(void **state)
{
	struct socket_file file;
	struct err err;
	bool local = false;
	int pair[2];

	assert_int_equal(bind_there(&file), 0);
	assert_int_equal(http_listener_inspect(file.fd, &local, &err), 0);
	assert_true(local);
	close(file.fd);
	assert_int_equal(http_listener_inspect(file.fd, &local, &err), -1);
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	assert_int_equal(http_listener_inspect(pair[0], &local, &err), -1);
	close(pair[0]);
	close(pair[1]);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(http_listener_inspect(pair[0], &local, &err), -1);
	close(pair[0]);
	close(pair[1]);
	pair[0] = open("/dev/null", O_RDONLY);
	assert_int_equal(http_listener_inspect(pair[0], &local, &err), -1);
	close(pair[0]);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
	        TEST(a_free_path_is_bound_with_mode_0660),
	        TEST(a_group_that_is_not_ours_closes_the_socket_and_is_told),
	        TEST(the_path_of_an_inherited_socket_is_recognised),
	        TEST(a_path_where_somebody_listens_is_refused_by_his_name),
	        TEST(a_full_queue_is_a_sign_of_life),
	        TEST(a_dead_ones_path_is_replaced),
	        TEST(of_many_that_start_at_once_over_a_dead_one_exactly_one_gets_the_name),
	        TEST(what_a_dead_one_held_while_it_started_is_no_obstacle),
	        TEST(a_successors_name_is_not_removed),
	        TEST(what_is_no_socket_is_never_touched),
	        TEST(another_programs_datagram_socket_is_not_replaced),
	        TEST(a_missing_folder_is_an_error_with_the_path),
	        TEST(a_path_has_1_to_107_bytes),
	        TEST(an_address_is_an_ip_and_a_port),
	        TEST(other_addresses_are_refused),
	        TEST(only_listening_stream_sockets_are_adopted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
