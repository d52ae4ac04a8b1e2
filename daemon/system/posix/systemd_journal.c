/* Sends events to the journal by a datagram socket that never blocks, with a queue for what the
 * kernel does not accept at once. The queue is emptied when the socket is writable, so that a
 * working journal costs no wake-ups. */
#include "daemon/system/systemd_journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/list.h"

#define TEXT_BYTES_MAX (8 * 1024)
#define VALUE_BYTES_MAX (4 * 1024)
#define DATAGRAM_BYTES_MAX (64 * 1024)
#define QUEUE_BYTES_MAX (256 * 1024)

struct record {
	struct list node;
	size_t len;
	char *data;
};

struct journal {
	struct sockaddr_un address;
	int fd;
	uv_poll_t writable; /* active while the queue is not empty */
	struct list queue;
	size_t queued_bytes;
	uint64_t dropped, dropped_told;
};

bool journal_is_stderr(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat status;
	char end;

	if (stream == NULL || sscanf(stream, "%llu:%llu%c", &device, &inode, &end) != 2)
		return false;
	return fstat(STDERR_FILENO, &status) == 0 && status.st_dev == device &&
	       status.st_ino == inode;
}

/* --- one event as a datagram --- */

/* Format: NAME=value; or, when the value has line breaks: NAME, a line break, the length as eight
 * bytes (low first), the value. */
static void add_field(struct buf *datagram, const char *name, struct str value)
{
	buf_puts(datagram, name);
	if (value.len == 0 || memchr(value.data, '\n', value.len) == NULL) {
		buf_putc(datagram, '=');
	} else {
		buf_putc(datagram, '\n');
		for (unsigned shift = 0; shift < 64; shift += 8)
			buf_putc(datagram, (char)(unsigned char)((uint64_t)value.len >> shift));
	}
	buf_add_str(datagram, value);
	buf_putc(datagram, '\n');
}

/* as in syslog(3) */
static const char *const priorities[] = {
        [LEVEL_DEBUG] = "7", [LEVEL_INFO] = "6", [LEVEL_WARNING] = "4", [LEVEL_ERROR] = "3"};

static void compose_datagram(struct buf *datagram, enum log_level level, struct str text,
                             const struct journal_field *fields, size_t field_count)
{
	add_field(datagram, "MESSAGE", utf8_cut(text, TEXT_BYTES_MAX));
	add_field(datagram, "PRIORITY", str_of(priorities[level]));
	add_field(datagram, "SYSLOG_IDENTIFIER", STR("ai-ticketd"));
	for (size_t i = 0; i < field_count; i++)
		add_field(datagram, fields[i].name, utf8_cut(fields[i].value, VALUE_BYTES_MAX));
}

/* --- sending --- */

static int connect_to(struct journal *journal)
{
	return connect(journal->fd, (const struct sockaddr *)&journal->address,
	               sizeof(journal->address));
}

enum sent { SENT, SENT_LATER, SENT_NEVER };

/* Connects again when the journal was restarted, which has a new socket of the same name. */
static enum sent send_datagram(struct journal *journal, const char *data, size_t len)
{
	for (int attempt = 0; attempt < 2; attempt++) {
		if (send(journal->fd, data, len, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
			return SENT;
		if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)
			return SENT_LATER;
		if (errno != ECONNREFUSED && errno != ENOTCONN && errno != ECONNRESET)
			return SENT_NEVER;
		if (connect_to(journal) < 0)
			return SENT_NEVER;
	}
	return SENT_NEVER;
}

static void free_record(struct journal *journal, struct record *record)
{
	list_remove(&record->node);
	journal->queued_bytes -= record->len;
	free(record->data);
	free(record);
}

/* Reports dropped lines only when the queue is empty, so that the report is not dropped too. */
static void report_dropped(struct journal *journal)
{
	uint64_t dropped = journal->dropped;
	char text[160];

	if (dropped == journal->dropped_told)
		return;
	snprintf(text, sizeof(text),
	         "%llu log lines are missing here because the journal did not accept them; the "
	         "text log has them",
	         (unsigned long long)(dropped - journal->dropped_told));
	journal->dropped_told = dropped;
	journal_send(journal, LEVEL_WARNING, str_of(text), NULL, 0);
}

static void on_writable(uv_poll_t *handle, int status, int events);

static void flush_queue(struct journal *journal)
{
	struct record *record;

	while ((record = list_first(&journal->queue, struct record, node)) != NULL) {
		enum sent sent = send_datagram(journal, record->data, record->len);

		if (sent == SENT_LATER)
			return;
		if (sent == SENT_NEVER)
			journal->dropped++;
		free_record(journal, record);
	}
	(void)uv_poll_stop(&journal->writable);
}

static void on_writable(uv_poll_t *handle, int status, int events)
{
	struct journal *journal = handle->data;

	flush_queue(journal);
	if (list_empty(&journal->queue))
		report_dropped(journal);
	else if (status < 0) /* libuv stops a handle that has had an error */
		(void)uv_poll_start(handle, UV_WRITABLE, on_writable);
}

static void enqueue(struct journal *journal, struct buf *datagram)
{
	struct record *record;

	if (journal->queued_bytes + datagram->len > QUEUE_BYTES_MAX) {
		journal->dropped++;
		return;
	}
	record = xcalloc(1, sizeof(*record));
	record->data = buf_take(datagram, &record->len);
	journal->queued_bytes += record->len;
	if (list_empty(&journal->queue))
		(void)uv_poll_start(&journal->writable, UV_WRITABLE, on_writable);
	list_push_back(&journal->queue, &record->node);
}

void journal_send(struct journal *journal, enum log_level level, struct str text,
                  const struct journal_field *fields, size_t field_count)
{
	enum sent sent = SENT_LATER;
	struct buf datagram;

	buf_init(&datagram, DATAGRAM_BYTES_MAX);
	compose_datagram(&datagram, level, text, fields, field_count);
	if (datagram.overflow)
		sent = SENT_NEVER;
	else if (list_empty(&journal->queue)) /* otherwise it would overtake the queue */
		sent = send_datagram(journal, datagram.data, datagram.len);
	if (sent == SENT_NEVER)
		journal->dropped++;
	else if (sent == SENT_LATER)
		enqueue(journal, &datagram);
	buf_free(&datagram);
}

/* --- opening and closing --- */

/* Opens a socket of our own: sd_journal_sendv() blocks as long as the journal does not read
 * (measured: from the 12th message on, for ever). On a worker it would block that worker, and the
 * process could not end before the journal reads again. */
static int open_socket(struct journal *journal, const char *path)
{
	size_t len = strlen(path);

	if (len >= sizeof(journal->address.sun_path))
		return -ENAMETOOLONG;
	journal->address.sun_family = AF_UNIX;
	memcpy(journal->address.sun_path, path, len + 1);
	journal->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (journal->fd < 0)
		return -errno;
	return connect_to(journal) < 0 ? -errno : 0;
}

struct journal *journal_open(uv_loop_t *loop, const char *path, struct err *err)
{
	struct journal *journal = xcalloc(1, sizeof(*journal));

	journal->fd = -1;
	list_init(&journal->queue);
	int code = open_socket(journal, path);
	if (code == 0)
		code = uv_poll_init(loop, &journal->writable, journal->fd);
	if (code < 0) {
		err_set(err, "the journal at %s: %s", path, uv_strerror(code));
		if (journal->fd >= 0)
			(void)close(journal->fd);
		free(journal);
		return NULL;
	}
	journal->writable.data = journal;
	uv_unref((uv_handle_t *)&journal->writable);
	return journal;
}

static void on_closed(uv_handle_t *handle)
{
	struct journal *journal = handle->data;
	struct record *record;

	while ((record = list_first(&journal->queue, struct record, node)) != NULL)
		free_record(journal, record);
	(void)close(journal->fd);
	free(journal);
}

void journal_close(struct journal *journal)
{
	flush_queue(journal);
	uv_close((uv_handle_t *)&journal->writable, on_closed);
}

uint64_t journal_dropped(const struct journal *journal)
{
	return journal != NULL ? journal->dropped : 0;
}
