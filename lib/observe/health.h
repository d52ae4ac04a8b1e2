/* The health of the service, judged from what its loop knows: no request is made to find out.
 *
 *     unhealthy   it does not do its work and will not without a person: access refused, no credit,
 *                 disk full, no sign of work for long
 *     degraded    it works, but not as it should: a service does not answer, rules decide for the
 *                 model, tickets fail, another model than the configured one answers or the model
 *                 will soon be shut down, the backlog takes too long, the log cannot be written,
 *                 writing is stopped, or it is being stopped
 *     healthy     otherwise
 *
 * Shadow mode and a pause are no illness: they change no state, but lead the sentence. So does a
 * stop of writing,
 * whatever else there is to say. After them one sentence says what is wrong, the worst first, and
 * what to do. */
#ifndef OBSERVE_HEALTH_H
#define OBSERVE_HEALTH_H

#include "base/buf.h"
#include "base/clock.h"
#include "observe/load.h"
#include "observe/recent.h"
#include "observe/statistics.h"
#include "ticket/write_mode.h"

#define HEALTH_DISK_LOW ((int64_t)256 * 1024 * 1024)   /* warning below this */
#define HEALTH_DISK_NEEDED ((int64_t)16 * 1024 * 1024) /* critical below this */
/* a failure rate of fewer tickets says nothing */
#define HEALTH_FAILURES_FROM 20
/* a model that leaves within this time is not healthy any more */
#define HEALTH_MODEL_LEAVES (30 * MSEC_DAY)

enum health_state { HEALTH_HEALTHY, HEALTH_DEGRADED, HEALTH_UNHEALTHY };
const char *health_state_name(enum health_state state); /* "healthy" … */

/* The strings are borrowed and needed only during the call. A reason that is "" or NULL is not
 * known. */
struct health_input {
	msec wall;
	bool zendesk_halted; /* Zendesk refuses access, or the server is not Zendesk */
	/* its circuit breaker is not closed, or tickets could not be read */
	bool zendesk_down;
	const char *zendesk_reason; /* of whichever it is */
	bool model_halted;
	bool model_down;     /* tickets wait, or rules decide */
	bool model_unusable; /* down, since nothing that it answers can be used */
	bool model_awaited;  /* while it is down tickets wait; otherwise rules decide */
	const char *model_reason;
	/* the configured model and the one in use; NULL = none (the provider is `rules`) */
	const char *model_wanted, *model;
	msec model_leaves; /* wall: when the model in use is shut down; -1 = not announced */
	bool store_failing;
	/* bytes, the least of all file systems that are written to; -1 = not known */
	int64_t disk_free;
	const char *disk_path;   /* a path on that file system */
	const char *log_trouble; /* why the log cannot be written; NULL = it can */
	/* which channel does not take alerts, and why; NULL = all that are configured do */
	const char *alert_trouble;
	bool ready; /* signed in to Zendesk, and not refused since */
	bool paused, draining;
	enum write_mode writing; /* what becomes of decisions */
	/* why nothing is written, and what to do; "" or NULL = writing is not stopped */
	const char *stopped;
	/* why that would not outlive the process; NULL = it would */
	const char *stop_trouble;
	/* span since the last sign of work (a page read, a ticket done, the end of a pause), or
	 * since the start */
	msec idle;
	msec poll_interval;
	double failure_rate; /* the highest rate that is healthy, 0 … 1: alerts.failure_rate */
	struct counts last_24h;
	struct recent_counts recent;
	struct load load;
	msec backlog_time; /* the longest that is healthy: alerts.backlog_time */
};

/* What is judged, the worst causes of a sentence first. */
enum health_check {
	CHECK_ZENDESK,  /* zendesk_api: ok, or "error: why" */
	CHECK_LLM,      /* llm_api: the same */
	CHECK_DATABASE, /* database: the same */
	CHECK_DISK,     /* disk_space: ok, warning, critical */
	CHECK_LOG,      /* log: ok, or "error: why" */
	CHECK_LAST_RUN, /* last_run: ok, stale */
	CHECK_ATTEMPTS, /* attempts: ok, or "error: why" */
	CHECK_MODEL,    /* llm_model: ok, or "warning: why" */
	CHECK_FAILURES, /* failures: the same */
	CHECK_BACKLOG,  /* backlog: the same */
	CHECK_ALERTS,   /* alerts: the same */
	HEALTH_CHECKS
};

struct health {
	enum health_state state; /* the worst of the checks; at least degraded while it or its
	                         * writing is stopped */
	enum health_state checks[HEALTH_CHECKS];
};
void health_judge(const struct health_input *input, struct health *ret);
/* What is wrong, the worst first, and what to do; a stop of writing
 * and a pause are said before. Cut to its size. */
#define HEALTH_SENTENCE_SIZE 640
void health_sentence(const struct health *health, const struct health_input *input,
                     char out[HEALTH_SENTENCE_SIZE]);
/* That the model in use is not the configured one, or that its end is announced for within 60 days:
 * it warns before it counts. Appends nothing when all is well. */
#define HEALTH_MODEL_WARNS (60 * MSEC_DAY)
void health_model_warning(const struct health_input *input, struct buf *out);
int health_http_status(enum health_state state); /* 200, 503 when unhealthy */
/* Ready: signed in, not unhealthy, not stopping. A paused service is ready. */
bool health_is_ready(const struct health *health, const struct health_input *input);
bool health_is_stopped(const struct health_input *input); /* writing is */
/* {"status":"healthy","ready":true,"paused":false,"stopping":false,"writes":"on","mode":"writing",
 *  "checks":{"zendesk_api":"ok","llm_api":"error: does not answer: connection refused",
 *            "disk_space":"ok","last_run":"ok","llm_model":"ok",…},
 *  "metrics":{"success_rate_24h":0.99,"avg_latency_24h":3.204,"tickets_processed_24h":812,
 *             "backlog":1204,"backlog_seconds":720},
 *  "timestamp":"…","message":"…"}
 * Latency is in seconds; rate, latency and backlog_seconds are null when they are not known. */
void health_write(const struct health *health, const struct health_input *input, struct buf *out);

#endif
