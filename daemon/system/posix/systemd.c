/* The calls of libsystemd; no other file knows it. Without libsystemd all functions do nothing. */
#include "daemon/system/systemd.h"

#ifdef AITD_SYSTEMD

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#define STATUS_BYTES_MAX 900
#define MESSAGE_BYTES_MAX 1024
#define USEC_PER_MSEC 1000

static void add_status(struct buf *message, const char *status)
{
	struct str text = utf8_cut(str_of(status), STATUS_BYTES_MAX);

	buf_puts(message, "STATUS=");
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		buf_putc(message, c < ' ' || c == 0x7f ? ' ' : (char)c);
	}
}

static int send_message(struct buf *message)
{
	int code = message->overflow ? -EMSGSIZE : sd_notify(0, buf_cstr(message));

	buf_free(message);
	return code < 0 ? code : 0;
}

static int send_state(const char *assignments, const char *status)
{
	struct buf message;

	buf_init(&message, MESSAGE_BYTES_MAX);
	buf_puts(&message, assignments);
	add_status(&message, status);
	return send_message(&message);
}

int systemd_ready(const char *status)
{
	return send_state("READY=1\n", status);
}

/* The clock is read immediately before sending, because the manager compares it with the time of
 * its request. */
int systemd_reloading(const char *status)
{
	char assignments[64];
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) < 0)
		return -errno;
	snprintf(assignments, sizeof(assignments), "RELOADING=1\nMONOTONIC_USEC=%llu\n",
	         (unsigned long long)now.tv_sec * 1000000ULL +
	                 (unsigned long long)now.tv_nsec / 1000ULL);
	return send_state(assignments, status);
}

int systemd_stopping(const char *status)
{
	return send_state("STOPPING=1\n", status);
}

int systemd_status(const char *status)
{
	return send_state("", status);
}

int systemd_extend(msec more)
{
	struct buf message;

	buf_init(&message, MESSAGE_BYTES_MAX);
	buf_printf(&message, "EXTEND_TIMEOUT_USEC=%lld", (long long)more * USEC_PER_MSEC);
	return send_message(&message);
}

bool systemd_manages(void)
{
	const char *socket = getenv("NOTIFY_SOCKET");

	return socket != NULL && socket[0] != '\0';
}

msec systemd_watchdog_period(void)
{
	uint64_t usec;

	if (sd_watchdog_enabled(0, &usec) <= 0 || usec / USEC_PER_MSEC > INT64_MAX)
		return 0;
	msec half = (msec)(usec / USEC_PER_MSEC / 2);
	return half > 0 ? half : 1;
}

int systemd_watchdog(void)
{
	int code = sd_notify(0, "WATCHDOG=1");

	return code < 0 ? code : 0;
}

static bool is_listening_stream(int fd, int family)
{
	return sd_is_socket(fd, family, SOCK_STREAM, 1) > 0;
}

static bool accept_socket(struct systemd_socket *ret, int fd, const char *name)
{
	bool unix_domain = is_listening_stream(fd, AF_UNIX);

	if (!unix_domain && !is_listening_stream(fd, AF_INET) && !is_listening_stream(fd, AF_INET6))
		return false;
	*ret = (struct systemd_socket){.fd = fd, .unix_domain = unix_domain};
	snprintf(ret->name, sizeof(ret->name), "%s", name);
	return true;
}

static void refuse_socket(int fd, const char *name, const char *reason, struct buf *refused)
{
	if (refused != NULL)
		buf_printf(refused, "inherited descriptor %d (%s): %s\n", fd, name, reason);
	(void)close(fd);
}

size_t systemd_sockets(struct systemd_socket ret[SYSTEMD_SOCKETS_MAX], struct buf *refused)
{
	char **names = NULL;
	int inherited = sd_listen_fds_with_names(1, &names);
	size_t count = 0;

	for (int i = 0; i < inherited; i++) {
		int fd = SD_LISTEN_FDS_START + i;
		const char *name = names != NULL && names[i] != NULL ? names[i] : "unknown";

		if (count == SYSTEMD_SOCKETS_MAX)
			refuse_socket(fd, name, "more sockets than can be used", refused);
		else if (accept_socket(&ret[count], fd, name))
			count++;
		else
			refuse_socket(fd, name, "not a listening stream socket", refused);
	}
	for (int i = 0; names != NULL && i < inherited; i++)
		free(names[i]);
	free(names);
	return count;
}

#else

int systemd_ready(const char *status)
{
	return 0;
}

int systemd_reloading(const char *status)
{
	return 0;
}

int systemd_stopping(const char *status)
{
	return 0;
}

int systemd_status(const char *status)
{
	return 0;
}

int systemd_extend(msec more)
{
	return 0;
}

bool systemd_manages(void)
{
	return false;
}

msec systemd_watchdog_period(void)
{
	return 0;
}

int systemd_watchdog(void)
{
	return 0;
}

size_t systemd_sockets(struct systemd_socket ret[SYSTEMD_SOCKETS_MAX], struct buf *refused)
{
	return 0;
}

#endif
