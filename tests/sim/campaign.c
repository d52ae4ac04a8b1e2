/* Runs the seeds of a campaign in several processes and sums up the results; see campaign.h. */
#include "campaign.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define JOBS_MAX 64

/* What one process has done so far. */
struct worker {
	pid_t pid;
	uint64_t seed; /* the seed that it is running */
	uint64_t seeds, failed, lost, priorities_overwritten;
	uint64_t crashes, clock_jumps, steps;
	double dearest; /* highest cost of its seeds (struct sim_cost) */
	uint64_t dearest_seed;
	msec virtual_time;
	struct world_audit audit;
};

struct campaign {      /* Memory shared by the processes. */
	uint64_t next; /* the next seed to be taken */
	uint64_t last;
	double end; /* time on campaign_clock() when no further seed is begun; 0 = never */
	volatile bool interrupted;
	bool verbose, former;
	struct worker workers[JOBS_MAX];
};

double campaign_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double per(double count, double whole)
{
	return whole > 0 ? count / whole : 0;
}

void campaign_print_run(const struct sim_options *options, const struct sim_result *result,
                        double real_seconds)
{
	static const char *const ends[] = {"clean", "failed", "not let in", "no money"};
	const struct world_audit *audit = &result->audit;
	double minutes = (double)result->took / MSEC_MINUTE;
	printf("seed %llu: %llu done, %llu failed, %llu skipped, %llu dry; %s%s%s; %llu notes, "
	       "%llu conflicts, %llu "
	       "limited, %llu edits, %llu crashes; %llu requests, %llu steps; virtual %.1f s, real "
	       "%.2f s, %.0f "
	       "tickets/s; "
	       "%.0f Zendesk requests per 1,000 tickets, %.0f tickets per simulated minute, last "
	       "outcome %.2f s after the last decision\n%s",
	       (unsigned long long)options->world.seed, (unsigned long long)result->success,
	       (unsigned long long)result->failed, (unsigned long long)result->skipped,
	       (unsigned long long)result->dry, result->finished ? ends[result->end] : "not over",
	       result->end_reason[0] ? ": " : "", result->end_reason,
	       (unsigned long long)audit->notes, (unsigned long long)audit->conflicts,
	       (unsigned long long)audit->limited, (unsigned long long)audit->edits,
	       (unsigned long long)result->crashes, (unsigned long long)result->requests,
	       (unsigned long long)result->steps, (double)result->took / MSEC_SECOND, real_seconds,
	       per((double)options->world.tickets, real_seconds),
	       per(1000 * (double)audit->zendesk_requests, (double)audit->notes),
	       per((double)audit->notes, minutes),
	       (double)(result->ended_at - result->decided_at) / MSEC_SECOND, result->endpoints);
}

static void keep_dearest(struct worker *worker, double dearest, uint64_t seed)
{
	if (dearest <= worker->dearest)
		return;
	worker->dearest = dearest;
	worker->dearest_seed = seed;
}

#define SUM(field) to->field += from->field
static void add_audit(struct world_audit *to, const struct world_audit *from)
{
	SUM(tickets);
	SUM(arrivals);
	SUM(notes);
	SUM(second_notes);
	SUM(ordered_notes);
	SUM(tags_lost);
	SUM(conflicts);
	SUM(limited);
	SUM(edits);
	SUM(model_calls);
	SUM(zendesk_requests);
	SUM(jobs);
	SUM(job_items);
	for (int i = 0; i < FAULT_COUNT; i++)
		SUM(faults[i]);
}

static void add_worker(struct worker *to, const struct worker *from)
{
	SUM(seeds);
	SUM(failed);
	SUM(lost);
	SUM(priorities_overwritten);
	SUM(crashes);
	SUM(clock_jumps);
	SUM(steps);
	SUM(virtual_time);
	keep_dearest(to, from->dearest, from->dearest_seed);
	add_audit(&to->audit, &from->audit);
}
#undef SUM

static void print_weather(const struct weather *weather)
{
	struct words words = {.count = 0};
	weather_words(weather, &words);
	printf("aitd_simulate --seeds %llu-%llu", (unsigned long long)weather->sim.world.seed,
	       (unsigned long long)weather->sim.world.seed);
	words_print(&words);
	printf("\n");
}

static void run_seed(struct campaign *campaign, struct worker *worker, uint64_t seed)
{
	struct weather weather;
	struct sim_result result;
	double began = campaign_clock();
	weather_choose(&weather, seed);
	if (campaign->former)
		weather.sim.gather = 0;
	weather.sim.verbose = campaign->verbose;
	if (campaign->verbose)
		print_weather(&weather);
	worker->seed = seed;
	simulation_run(&weather.sim, &result);
	worker->seeds++;
	worker->lost += result.lost;
	worker->priorities_overwritten += result.priorities_overwritten;
	worker->crashes += result.crashes;
	worker->clock_jumps += result.clock_jumps;
	worker->steps += result.steps;
	worker->virtual_time += result.took;
	keep_dearest(worker, result.dearest, seed);
	add_audit(&worker->audit, &result.audit);
	if (campaign->verbose)
		campaign_print_run(&weather.sim, &result, campaign_clock() - began);
	if (result.violation[0]) {
		worker->failed++;
		printf("VIOLATION with seed %llu: %s; replay: aitd_simulate --campaign --seeds "
		       "%llu-%llu --verbose\n",
		       (unsigned long long)seed, result.violation, (unsigned long long)seed,
		       (unsigned long long)seed);
	}
}

/* An interrupted campaign ends like one whose time is over: seeds that were begun are completed
 * and the summary is printed. A second interrupt kills, and the worker processes do not outlive
 * the main one. */
static struct campaign *volatile interruptible;

static void on_interrupt(int signal_number)
{
	if (interruptible->interrupted)
		_exit(128 + signal_number);
	interruptible->interrupted = true;
}

static void catch_interrupts(struct campaign *campaign)
{
	struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
	interruptible = campaign;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static bool time_is_over(const struct campaign *campaign)
{
	return campaign->end > 0 && campaign_clock() >= campaign->end;
}

/* A process that takes a seed also runs it. So all seeds from the first to the last one taken are
 * run, whenever the time is over. */
static bool take_seed(struct campaign *campaign, uint64_t *ret_seed)
{
	if (campaign->interrupted || time_is_over(campaign))
		return false;
	*ret_seed = __atomic_fetch_add(&campaign->next, 1, __ATOMIC_RELAXED);
	return *ret_seed <= campaign->last;
}

static void work(struct campaign *campaign, struct worker *worker)
{
	uint64_t seed;
	while (take_seed(campaign, &seed))
		run_seed(campaign, worker, seed);
	worker->seed = 0;
}

static void start(struct campaign *campaign, struct worker *worker)
{
	pid_t pid = fork();
	if (pid < 0)
		fatal("cannot fork");
	if (pid > 0) {
		worker->pid = pid;
		return;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	work(campaign, worker);
	fflush(stdout);
	_exit(0);
}

/* When a process dies, the seed it was running counts as failed; the other processes run the
 * rest. */
static void join_worker(struct campaign *campaign, struct worker *worker)
{
	int status = 0;
	if (waitpid(worker->pid, &status, 0) == worker->pid && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0)
		return;
	worker->seeds++;
	worker->failed++;
	printf("DIED with seed %llu; replay: aitd_simulate --campaign --seeds %llu-%llu "
	       "--verbose\n",
	       (unsigned long long)worker->seed, (unsigned long long)worker->seed,
	       (unsigned long long)worker->seed);
	work(campaign, worker);
}

static void print_faults(const struct world_audit *audit)
{
	uint64_t total = 0;
	unsigned kinds = 0, column = 0;
	for (int i = 0; i < FAULT_COUNT; i++) {
		total += audit->faults[i];
		kinds += audit->faults[i] > 0;
	}
	printf("  %llu faults of %u kinds:", (unsigned long long)total, kinds);
	for (int i = 0; i < FAULT_COUNT; i++)
		if (audit->faults[i])
			printf("%s%s %llu", column++ % 8 ? ", " : "\n    ",
			       fault_name((enum fault_kind)i),
			       (unsigned long long)audit->faults[i]);
	printf("\n");
}

static void print_summary(const struct worker *sum, uint64_t first, double real)
{
	const struct world_audit *audit = &sum->audit;
	double minutes = (double)sum->virtual_time / MSEC_MINUTE;
	printf("campaign: seeds %llu-%llu, %llu in %.1f s (%.1f a second), %llu failed\n",
	       (unsigned long long)first, (unsigned long long)(first + sum->seeds - 1),
	       (unsigned long long)sum->seeds, real, per((double)sum->seeds, real),
	       (unsigned long long)sum->failed);
	printf("  %llu tickets, %.1f hours simulated, %llu steps, %llu crashes, %llu clock jumps, "
	       "%llu edits by "
	       "people\n",
	       (unsigned long long)(audit->tickets + audit->arrivals), minutes / 60,
	       (unsigned long long)sum->steps, (unsigned long long)sum->crashes,
	       (unsigned long long)sum->clock_jumps, (unsigned long long)audit->edits);
	printf("  %llu Zendesk requests (%.0f per 1,000 tickets), %llu jobs with %llu tickets, "
	       "%llu conflicts, "
	       "%llu model calls\n",
	       (unsigned long long)audit->zendesk_requests,
	       per(1000 * (double)audit->zendesk_requests, (double)audit->notes),
	       (unsigned long long)audit->jobs, (unsigned long long)audit->job_items,
	       (unsigned long long)audit->conflicts, (unsigned long long)audit->model_calls);
	print_faults(audit);
	printf("  at most %.0f %% of the requests that a run's tickets, faults and time explain "
	       "(seed %llu)\n",
	       100 * sum->dearest, (unsigned long long)sum->dearest_seed);
	printf("  %llu further notes that people ordered\n",
	       (unsigned long long)audit->ordered_notes);
	printf("  %llu second notes, %llu lost tags, %llu lost tickets, %llu human priorities "
	       "overwritten\n",
	       (unsigned long long)audit->second_notes, (unsigned long long)audit->tags_lost,
	       (unsigned long long)sum->lost, (unsigned long long)sum->priorities_overwritten);
}

int campaign_run(const struct campaign_options *options)
{
	unsigned jobs = options->jobs;
	struct worker sum = {0};
	double began = campaign_clock();
	struct campaign *campaign = mmap(NULL, sizeof(*campaign), PROT_READ | PROT_WRITE,
	                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (campaign == MAP_FAILED)
		fatal("no memory for a campaign");
	campaign->next = options->first;
	campaign->last = options->last;
	if (options->duration > 0)
		campaign->end = began + (double)options->duration / MSEC_SECOND;
	campaign->verbose = options->verbose;
	campaign->former = options->former;
	catch_interrupts(campaign);
	jobs = jobs < 1 ? 1 : jobs > JOBS_MAX ? JOBS_MAX : jobs;
	for (unsigned i = 0; i < jobs; i++)
		start(campaign, &campaign->workers[i]);
	for (unsigned i = 0; i < jobs; i++)
		join_worker(campaign, &campaign->workers[i]);
	for (unsigned i = 0; i < jobs; i++)
		add_worker(&sum, &campaign->workers[i]);
	print_summary(&sum, options->first, campaign_clock() - began);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	bool incomplete =
	        campaign->interrupted && campaign->next <= options->last && !time_is_over(campaign);
	if (incomplete)
		printf("  interrupted: there was more to be run\n");
	munmap(campaign, sizeof(*campaign));
	return sum.failed || incomplete ? 1 : 0;
}
