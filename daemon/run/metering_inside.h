/* The pieces of GET /metrics: for the files metering_view*.c alone. Each function writes whole
 * families, in the order of observe/metrics.def. */
#ifndef DAEMON_RUN_METERING_INSIDE_H
#define DAEMON_RUN_METERING_INSIDE_H

#include "engine/stats.h"
#include "observe/metrics.h"

struct app;

/* One scrape. */
struct scrape {
	struct app *app;
	struct metrics metrics;
	struct engine_stats stats;
};

/* What became of tickets (metering_view_tickets.c). */
void metering_view_tickets(struct scrape *scrape);
void metering_view_people(struct scrape *scrape);
/* Requests, models and guards (metering_view_services.c). */
void metering_view_requests(struct scrape *scrape);
void metering_view_model(struct scrape *scrape);
void metering_view_guards(struct scrape *scrape);

extern const char *const metering_upstreams[];

#endif
