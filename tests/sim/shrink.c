/* Shrinks a command line: see shrink.h. Each try runs in its own process, because a violation may
 * also be an assertion that ends the process. */
#include "shrink.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "campaign.h"
#include "settings.h"

#define JOBS_MAX 16
#define SEEDS_EACH 24      /* seeds tried for one command line */
#define TRY_SECONDS_MAX 30 /* real seconds; a try that takes longer counts as showing nothing */
#define ONE_BY_ONE 12      /* numbers up to this are decreased one by one */
#define KIND_SIZE 400

struct
try {
	uint64_t seed;
	char kind[KIND_SIZE]; /* kind of the violation; empty = none */
	char violation[KIND_SIZE];
	uint64_t faults;
};

struct shrink {
	const struct shrink_options *options;
	struct words *words; /* the shortest command line so far */
	struct try shown;    /* the violation that it shows */
	struct try *tries;   /* shared with the processes */
	unsigned jobs;
	uint64_t runs;
	double end;
};

/* Reduces a violation to its kind: the text without numbers and names of tickets' contents, which
 * differ in each run. */
static void kind_of(const char *violation, char kind[KIND_SIZE])
{
	size_t length = 0;
	bool quoted = false;
	for (const char *at = violation; *at && length + 1 < KIND_SIZE; at++) {
		if (*at == '\'')
			quoted = !quoted;
		if (!quoted && !isdigit((unsigned char)*at))
			kind[length++] = *at;
	}
	kind[length] = '\0';
}

static void try_one(struct try *try, const struct words *words)
{
	struct settings settings;
	struct sim_result result;
	struct err err;
	alarm(TRY_SECONDS_MAX);
	settings_init(&settings);
	if (settings_take_words(&settings, words, &err) < 0)
		_exit(0);
	settings.sim.world.seed = try->seed;
	snprintf(try->violation, sizeof(try->violation), "the process died");
	kind_of(try->violation, try->kind);
	simulation_run(&settings.sim, &result);
	snprintf(try->violation, sizeof(try->violation), "%s", result.violation);
	kind_of(result.violation, try->kind);
	for (int i = 0; i < FAULT_COUNT; i++)
		try->faults += result.audit.faults[i];
	_exit(0);
}

static pid_t start(struct try *try, const struct words *words, uint64_t seed)
{
	*try = (struct try){.seed = seed};
	pid_t pid = fork();
	if (pid < 0)
		fatal("cannot fork");
	if (pid == 0)
		try_one(try, words);
	return pid;
}

/* Ends a try; one that took too long shows nothing. */
static void join_try(struct try *try, pid_t pid)
{
	int status = 0;
	if (waitpid(pid, &status, 0) != pid || (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM))
		try->kind[0] = '\0';
}

/* The seed that showed the violation last is tried first, since it may show it again. */
static uint64_t seed_of(const struct shrink *shrink, unsigned index)
{
	return index == 0 ? shrink->shown.seed : shrink->options->seed + index;
}

static bool shows(struct shrink *shrink, const struct words *words, unsigned seeds,
                  const char *kind)
{
	for (unsigned next = 0; next < seeds;) {
		pid_t pids[JOBS_MAX];
		unsigned count = 0;
		for (; count < shrink->jobs && next < seeds; count++, next++)
			pids[count] = start(&shrink->tries[count], words, seed_of(shrink, next));
		for (unsigned i = 0; i < count; i++)
			join_try(&shrink->tries[i], pids[i]);
		shrink->runs += count;
		for (unsigned i = 0; i < count; i++) {
			const struct try *try = &shrink->tries[i];
			if (!try->kind[0] || (kind && strcmp(try->kind, kind) != 0))
				continue;
			shrink->shown = *try;
			return true;
		}
	}
	return false;
}

static bool time_is_over(const struct shrink *shrink)
{
	return campaign_clock() >= shrink->end;
}

/* Keeps the shorter command line if it still shows the violation. */
static bool accept_shorter(struct shrink *shrink, const struct words *shorter)
{
	struct try before = shrink->shown;
	if (time_is_over(shrink) || !shows(shrink, shorter, SEEDS_EACH, before.kind))
		return false;
	*shrink->words = *shorter;
	return true;
}

/* Whether an option may be left out; without some options a run would be longer. */
static bool may_be_left_out(const char *name)
{
	return strcmp(name, "--tickets") != 0 && strcmp(name, "--resident") != 0 &&
	       strcmp(name, "--time-max") != 0;
}

static bool leave_out(struct shrink *shrink)
{
	bool shorter = false;
	for (size_t i = 0; i < shrink->words->count;) {
		struct words fewer = *shrink->words;
		words_remove(&fewer, i);
		if (may_be_left_out(shrink->words->items[i].name) &&
		    accept_shorter(shrink, &fewer)) {
			printf("  %u options are left (seed %llu)\n", (unsigned)fewer.count,
			       (unsigned long long)shrink->shown.seed);
			shorter = true;
		} else {
			i++;
		}
	}
	return shorter;
}

static bool with_number(struct shrink *shrink, size_t index, double number)
{
	struct words smaller = *shrink->words;
	struct word *word = &smaller.items[index];
	snprintf(word->value, sizeof(word->value), "%.17g", number);
	if (!accept_shorter(shrink, &smaller))
		return false;
	printf("  %s %s (seed %llu)\n", word->name, word->value,
	       (unsigned long long)shrink->shown.seed);
	return true;
}

/* Decreases a number by halves and quarters, small numbers one by one; a number that is not an
 * integer is rounded first. */
static bool make_smaller(struct shrink *shrink, size_t index)
{
	bool smaller = false, again = true;
	while (again && !time_is_over(shrink)) {
		const char *value = shrink->words->items[index].value;
		char *end;
		double number = strtod(value, &end);
		int64_t whole = (int64_t)number;
		if (!*value || *end || number <= 1)
			break;
		again = ((double)whole < number && with_number(shrink, index, (double)whole)) ||
		        with_number(shrink, index, (double)(whole / 2)) ||
		        (whole > ONE_BY_ONE &&
		         with_number(shrink, index, (double)(whole - whole / 4))) ||
		        (whole <= ONE_BY_ONE && with_number(shrink, index, (double)(whole - 1)));
		smaller |= again;
	}
	return smaller;
}

static bool has(const struct words *words, const char *name)
{
	for (size_t i = 0; i < words->count; i++)
		if (strcmp(words->items[i].name, name) == 0)
			return true;
	return false;
}

static void shrink_all(struct shrink *shrink)
{
	for (bool shorter = true; shorter && !time_is_over(shrink);) {
		shorter = leave_out(shrink);
		for (size_t i = 0; i < shrink->words->count; i++)
			shorter |= make_smaller(shrink, i);
		if (shorter || has(shrink->words, "--faults-count") || shrink->shown.faults == 0)
			continue;
		struct words bounded = *shrink->words;
		words_add(&bounded, "--faults-count", "%llu",
		          (unsigned long long)shrink->shown.faults);
		shorter = accept_shorter(shrink, &bounded) &&
		          make_smaller(shrink, shrink->words->count - 1);
	}
}

int shrink_run(const struct shrink_options *options, struct words *words)
{
	struct shrink shrink = {
	        .options = options, .words = words, .shown = {.seed = options->seed}};
	struct settings probe;
	struct err err;
	size_t size = JOBS_MAX * sizeof(struct try);
	settings_init(&probe);
	if (settings_take_words(&probe, words, &err) < 0) {
		fprintf(stderr, "aitd_simulate: %s\n", err.text);
		return 2;
	}
	shrink.tries = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shrink.tries == MAP_FAILED)
		fatal("no memory for the shrinker");
	shrink.jobs = options->jobs < 1 ? 1 : options->jobs > JOBS_MAX ? JOBS_MAX : options->jobs;
	shrink.end = campaign_clock() + (double)options->time / MSEC_SECOND;
	bool shown = shows(&shrink, words, 1, NULL);
	if (shown) {
		printf("seed %llu shows: %s\n", (unsigned long long)options->seed,
		       shrink.shown.violation);
		shrink_all(&shrink);
		printf("after %llu runs%s: %s\naitd_simulate --seeds %llu-%llu",
		       (unsigned long long)shrink.runs,
		       time_is_over(&shrink) ? " the time is over" : "", shrink.shown.violation,
		       (unsigned long long)shrink.shown.seed,
		       (unsigned long long)shrink.shown.seed);
		words_print(words);
		printf("\n");
	} else {
		printf("seed %llu shows no violation\n", (unsigned long long)options->seed);
	}
	munmap(shrink.tries, size);
	return shown ? 0 : 1;
}
