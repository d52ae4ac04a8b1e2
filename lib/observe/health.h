/* How the service is, from what its loop knows: no request is made to find out.
 *
 *     unhealthy   it does not do its work and will not without a person: not let in, no money, no
 *                 disk, no sign of work for long
 *     degraded    it works, but not as it should: a service does not answer, rules answer for the
 *                 model, tickets fail, paused
 *     healthy     else
 *
 * One sentence says what it is, the worst first, and what to do. */
#ifndef OBSERVE_HEALTH_H
#define OBSERVE_HEALTH_H

#include "base/buf.h"
#include "base/clock.h"
#include "observe/statistics.h"

#define HEALTH_DISK_LOW ((int64_t)256 * 1024 * 1024)   /* degraded below it */
#define HEALTH_DISK_NEEDED ((int64_t)16 * 1024 * 1024) /* unhealthy below it */
#define HEALTH_FAILURES_FROM 20                        /* tickets: a rate of fewer says nothing */

enum health_state { HEALTH_HEALTHY, HEALTH_DEGRADED, HEALTH_UNHEALTHY };
const char *health_state_name(enum health_state state); /* "healthy" … */

/* Borrowed strings: valid for the call. */
struct health_input {
	msec wall;
	bool zendesk_halted;        /* it does not let us in, or is another server */
	const char *zendesk_reason; /* why; "" or NULL = not said */
	/* its circuit breaker is not closed, or tickets could not be read */
	bool zendesk_down;
	bool model_halted;
	const char *model_reason;
	bool model_down; /* rules answer meanwhile */
	bool store_failing;
	int64_t disk_free;     /* bytes, the least of the file systems written to; -1 = not known */
	const char *disk_path; /* a place on that one */
	bool paused, draining;
	/* since the last sign of work: a page read, a ticket done; since the start when there was
	 * none */
	msec idle;
	msec poll_interval;
	double failure_rate; /* most that is well; alerts.failure_rate */
	struct counts last_24h;
};

struct health {
	enum health_state state; /* the worst of: */
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
