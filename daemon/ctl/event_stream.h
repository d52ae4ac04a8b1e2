/* The text of a text/event-stream (HTML Living Standard, 9.2), read as it comes in pieces of any
 * size. Stricter than browsers, because the other side is our daemon: a line that is no comment and
 * none of event, data, id and retry, text that is not UTF-8, and what is too large are errors. */
#ifndef DAEMON_CTL_EVENT_STREAM_H
#define DAEMON_CTL_EVENT_STREAM_H

#include "base/buf.h"

#define EVENT_STREAM_DATA_MAX ((size_t)1024 * 1024) /* bytes of one line, and of one event */

struct event_stream {
	struct buf line, name, data;
	bool has_data;
	bool after_cr; /* the next LF belongs to the line that has ended */
	void (*take)(void *arg, struct str name, struct str data);
	void *arg;
};

/* `take` is called for each event that has data, with its name ("message" if it has none) and its
 * data, valid during the call. */
void event_stream_init(struct event_stream *stream,
                       void (*take)(void *arg, struct str name, struct str data), void *arg);
/* 0, or -1 with the reason; then nothing more may be fed. */
int event_stream_feed(struct event_stream *stream, struct str bytes, struct err *err) MUST_CHECK;
void event_stream_free(struct event_stream *stream);

#endif
