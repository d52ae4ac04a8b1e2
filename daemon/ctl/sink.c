/* Writes with write(2), over interruptions and partial writes. */
#include "daemon/ctl/sink.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#define PENDING_ENOUGH ((size_t)64 * 1024)
#define PENDING_MAX ((size_t)8 * 1024 * 1024)

void sink_init(struct sink *sink, int fd)
{
	sink->fd = fd;
	sink->error = 0;
	buf_init(&sink->pending, PENDING_MAX);
}

void sink_free(struct sink *sink)
{
	buf_free(&sink->pending);
}

static ssize_t write_some(int fd, struct str text)
{
	for (;;) {
		ssize_t count = write(fd, text.data, text.len);

		if (count >= 0 || (errno != EINTR && errno != EAGAIN))
			return count;
		if (errno == EAGAIN)
			(void)poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
	}
}

static void write_pending(struct sink *sink)
{
	struct str rest = buf_str(&sink->pending);

	while (rest.len > 0 && sink->error == 0) {
		ssize_t count = write_some(sink->fd, rest);

		if (count < 0)
			sink->error = errno;
		else
			rest = str_skip(rest, (size_t)count);
	}
	buf_reset(&sink->pending);
}

void sink_add(struct sink *sink, struct str text)
{
	buf_add_str(&sink->pending, text);
	if (sink->pending.len >= PENDING_ENOUGH)
		write_pending(sink);
}

int sink_flush(struct sink *sink)
{
	write_pending(sink);
	return sink->error == 0 ? 0 : -1;
}

bool sink_is_left(const struct sink *sink)
{
	struct pollfd other = {.fd = sink->fd};

	return poll(&other, 1, 0) > 0 && (other.revents & (POLLERR | POLLHUP)) != 0;
}
