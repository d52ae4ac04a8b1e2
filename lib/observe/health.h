/* The health of the service, judged from what its loop knows: no request is made to find out.
 *
 *     unhealthy   it does not do its work and will not without a person: access refused, no credit,
 *                 disk full, no sign of work for long
 *     degraded    it works, but not as it should: a service does not answer, rules decide for the
 *                 model, tickets fail, the log cannot be written, paused
 *     healthy     otherwise
 *
 * One sentence says what is wrong, the worst first, and what to do. */
#ifndef OBSERVE_HEALTH_H
#define OBSERVE_HEALTH_H

#include "base/buf.h"
#include "base/clock.h"
#include "observe/statistics.h"

#define HEALTH_DISK_LOW ((int64_t)256 * 1024 * 1024)   /* degraded below this */
#define HEALTH_DISK_NEEDED ((int64_t)16 * 1024 * 1024) /* unhealthy below this */
/* a failure rate of fewer tickets says nothing */
#define HEALTH_FAILURES_FROM 20

enum health_state { HEALTH_HEALTHY, HEALTH_DEGRADED, HEALTH_UNHEALTHY };
const char *health_state_name(enum health_state state); /* "healthy" … */

/* The strings are borrowed and needed only during the call. */
struct health_input {
	msec wall;
	bool zendesk_halted;        /* Zendesk refuses access, or the server is not Zendesk */
	const char *zendesk_reason; /* why; "" or NULL = not known */
	/* its circuit breaker is not closed, or tickets could not be read */
	bool zendesk_down;
	bool model_halted;
	const char *model_reason;
	bool model_down; /* tickets wait, or rules decide */
	bool store_failing;
	/* bytes, the least of all file systems that are written to; -1 = not known */
	int64_t disk_free;
	const char *disk_path;   /* a path on that file system */
	const char *log_trouble; /* why the log cannot be written; NULL = it can */
	bool paused, draining;
	/* span since the last sign of work (a page read, a ticket done), or since the start */
	msec idle;
	msec poll_interval;
	double failure_rate; /* the highest rate that is healthy, 0 … 1: alerts.failure_rate */
	struct counts last_24h;
};

struct health {
	enum health_state state; /* the worst of the following */
	enum health_state zendesk, model, disk, last_run, failures;
	char sentence[512];
};
void health_judge(const struct health_input *input, struct health *ret);
int health_http_status(enum health_state state); /* 200, 503 when unhealthy */
/* {"status":"healthy",
 *  "checks":{"zendesk_api":"ok","llm_api":"ok","disk_space":"ok","last_run":"ok"},
 *  "metrics":{"success_rate_24h":0.99,"avg_latency_24h":3.204,"tickets_processed_24h":812},
 *  "timestamp":"…","message":"…"}
 * Checks are ok, degraded or failed; latency in seconds; rate and latency are null when nothing was
 * counted. */
void health_write(const struct health *health, const struct health_input *input, struct buf *out);

#endif
