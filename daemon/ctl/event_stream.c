/* Cuts bytes into lines, which end with LF, CR or CR LF, and lines into events, which end with an
 * empty line. */
#include "daemon/ctl/event_stream.h"

#include <string.h>

#define NAME_BYTES_MAX 64

void event_stream_init(struct event_stream *stream,
                       void (*take)(void *arg, struct str name, struct str data), void *arg)
{
	*stream = (struct event_stream){.take = take, .arg = arg};
	buf_init(&stream->line, EVENT_STREAM_DATA_MAX);
	buf_init(&stream->name, NAME_BYTES_MAX);
	buf_init(&stream->data, EVENT_STREAM_DATA_MAX);
}

void event_stream_free(struct event_stream *stream)
{
	buf_free(&stream->line);
	buf_free(&stream->name);
	buf_free(&stream->data);
}

static void end_event(struct event_stream *stream)
{
	if (stream->has_data)
		stream->take(stream->arg,
		             stream->name.len > 0 ? buf_str(&stream->name) : STR("message"),
		             buf_str(&stream->data));
	buf_reset(&stream->name);
	buf_reset(&stream->data);
	stream->has_data = false;
}

static int take_field(struct event_stream *stream, struct str line, struct err *err)
{
	struct str value = line, field = str_split(&value, ':');

	if (str_starts(value, STR(" ")))
		value = str_skip(value, 1);
	if (str_eq(field, STR("data"))) {
		if (stream->has_data)
			buf_putc(&stream->data, '\n');
		buf_add_str(&stream->data, value);
		stream->has_data = true;
	} else if (str_eq(field, STR("event"))) {
		buf_reset(&stream->name);
		buf_add_str(&stream->name, value);
	} else if (field.len > 0 && !str_eq(field, STR("id")) && !str_eq(field, STR("retry"))) {
		return err_set(err, "a line is neither a field nor a comment");
	}
	return stream->data.overflow || stream->name.overflow
	               ? err_set(err, "an event is too large")
	               : 0;
}

static int end_line(struct event_stream *stream, struct err *err)
{
	struct str line = buf_str(&stream->line);
	int status = 0;

	if (stream->line.overflow)
		return err_set(err, "a line is too large");
	if (line.len == 0)
		end_event(stream);
	else if (!utf8_valid(line) || memchr(line.data, '\0', line.len) != NULL)
		status = err_set(err, "a line is not text");
	else
		status = take_field(stream, line, err);
	buf_reset(&stream->line);
	return status;
}

/* Bytes up to the end of a line, or all. */
static size_t run_of(struct str bytes)
{
	size_t len = 0;

	while (len < bytes.len && bytes.data[len] != '\n' && bytes.data[len] != '\r')
		len++;
	return len;
}

int event_stream_feed(struct event_stream *stream, struct str bytes, struct err *err)
{
	if (bytes.len == 0)
		return 0;
	if (stream->after_cr && bytes.data[0] == '\n')
		bytes = str_skip(bytes, 1);
	stream->after_cr = false;
	while (bytes.len > 0) {
		size_t len = run_of(bytes);

		buf_add_str(&stream->line, str_make(bytes.data, len));
		if (stream->line.overflow)
			return err_set(err, "a line is too large");
		bytes = str_skip(bytes, len);
		if (bytes.len == 0)
			break;
		bool cr = bytes.data[0] == '\r';
		bytes = str_skip(bytes, 1);
		if (cr && str_starts(bytes, STR("\n")))
			bytes = str_skip(bytes, 1);
		else
			stream->after_cr = cr && bytes.len == 0;
		if (end_line(stream, err) < 0)
			return -1;
	}
	return 0;
}
