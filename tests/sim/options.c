/* Parses the options that describe a world, from one table; see options.h. */
#include "options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char world_options_help[] =
        "world:\n"
        "  --tickets N              findable tickets, ids 1..N (1000)\n"
        "  --others N               solved, pending, closed … tickets after them (0)\n"
        "  --seed N                 chance (1)\n"
        "  --text-bytes N           every description exactly N bytes, plain\n"
        "  --ballast 1|2            each text says where its author's words begin; 2: pictures, "
        "earlier mails … around them\n"
        "  --duplicates SHARE       tickets with the text of an earlier one (0)\n"
        "  --age SECONDS            age of the youngest ticket (3600)\n"
        "  --spread SECONDS         all were created within so long before it (86400; 0: an "
        "import)\n"
        "  --latency MS[-MS]        of the model (0)\n"
        "  --latency-sigma S        … lognormal around the first of them (0: between both)\n"
        "  --zendesk-latency MS[-MS]\n"
        "  --clock-ahead MS         the servers' clock minus ours (0)\n"
        "  --index-lag SECONDS      search follows changes after half of this to all of it (0)\n"
        "  --limits PLAN            team, growth, professional, enterprise, plus, trial: pool, 100 "
        "single updates\n"
        "                           (trial 20), 30 updates per ticket in 10 minutes, 100 exports\n"
        "  --pool N  --pool-others N  --single-updates N  --ticket-updates N  --exports N\n"
        "  --incrementals N         incremental exports a minute (--limits: 10, plus 30)\n"
        "  --header-style old|new   spelling of rate headers\n"
        "  --model-requests N  --model-tokens N   a minute\n"
        "  --job-queue SECONDS      a job of update_many waits up to so long (0)\n"
        "  --job-rate N             tickets a second of each job (0 = all at once)\n"
        "  --job-parallel N         jobs at work at a time (0 = all)\n"
        "  --jobs-max N             queued or running, then TooManyJobs (30)\n"
        "  --jobs-lie               jobs report success and do nothing\n"
        "  --jobs-drop-tags         jobs apply everything but the tags\n"
        "  --stamp-skew SECONDS     the clock of updated_at minus that of Date: -1, 0, 1 (0)\n"
        "  --retired MODELS         answered with model_not_found\n"
        "  --prompt-cache N         prompts from N tokens on are cached (1024)\n"
        "  --raw-logprobs           log probabilities from before the grammar\n"
        "  --alternatives N         of each token, whatever the request asks for (0: as many as "
        "that)\n"
        "  --brief                  shorter answers, cheaper to parse: only what a client may "
        "need\n"
        "  --replies few|usual|real  log probabilities of a reply with ten alternatives: 5 KB, "
        "20 KB, or\n"
        "                           25 KB as a vendor writes them\n"
        "  --obey-injection         the model does what hostile tickets say\n"
        "  --repeat-values          subjects repeat a value that only the description announces\n"
        "  --ollama-parallel N (0 = all)  --ollama-queue N  --ollama-models LIST  --ollama-load "
        "MS\n"
        "  --credentials EMAIL:TOKEN  --oauth-client ID:SECRET  --oauth-scope SCOPE  --model-key "
        "KEY\n"
        "  --role admin|agent|end-user  --refuse-with anonymous|401\n"
        "  --closed IDS  --deleted IDS  --refused IDS  --closing IDS  --forbidden IDS\n"
        "  --people N               edits by people a minute\n"
        "  --again N                tags that order a further analysis a minute, by all hands\n"
        "  --choices N              changes of priority and of tags that say what a ticket is "
        "about "
        "a minute, by all hands\n"
        "  --namesakes              people use tags named like ours, before we do\n"
        "  --arrivals N             new tickets a minute\n"
        "  --signed                 each text begins with a signature: an answer to another "
        "ticket is found\n"
        "  --neighbours SHARE       of --signed: tickets that speak of others, whom the model "
        "obeys (0)\n"
        "  --mixups SHARE           lists of answers in which ids, markers or answers are mixed up "
        "(0)\n"
        "  --poison SHARE           tickets that the model refuses for what they say, in many "
        "shapes (0)\n"
        "  --poison-first N         the first N, all in one shape\n"
        "  --poison-status N        the status of all these refusals; --poison-body 0 JSON, 1 "
        "HTML, 2 empty\n"
        "  --processed-tag TAG      (ai_processed)\n"
        "  --faults LIST            NAME[:PROBABILITY],… ; 'all', 'contents'; --faults list names "
        "them\n"
        "  --faults-for SECONDS     --faults-count N\n"
        "  --model-out SECONDS      the model's service is out for so long; --model-out-from "
        "SECONDS\n";

static const char *const switches[] = {"--raw-logprobs",  "--brief",    "--obey-injection",
                                       "--repeat-values", "--jobs-lie", "--jobs-drop-tags",
                                       "--namesakes",     "--signed"};

bool world_option_is_switch(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(switches); i++)
		if (strcmp(switches[i], name) == 0)
			return true;
	return false;
}

int option_real(const char *text, double *ret)
{
	char *end;
	*ret = strtod(text, &end);
	return *text && !*end && *ret >= 0 ? 0 : -1;
}

int option_seconds(const char *text, msec *ret)
{
	char *end;
	double seconds = strtod(text, &end);
	if (!*text || *end || !(fabs(seconds) < 1e9))
		return -1;
	*ret = llround(seconds * MSEC_SECOND);
	return 0;
}

static int number(const char *text, uint64_t max, uint64_t *ret)
{
	return str_to_u64(str_of(text), ret) == 0 && *ret <= max ? 0 : -1;
}

int parse_range(const char *text, msec *ret_min, msec *ret_max)
{
	struct str high = str_of(text);
	struct str low = str_split(&high, '-');
	if (str_to_i64(low, ret_min) < 0)
		return -1;
	*ret_max = *ret_min;
	return high.len ? str_to_i64(high, ret_max) : 0;
}

struct plan {
	const char *name;
	int pool, single_updates;
};
static const struct plan plans[] = {{"essential", 10, 100},   {"team", 200, 100},
                                    {"growth", 400, 100},     {"professional", 400, 100},
                                    {"enterprise", 700, 100}, {"plus", 2500, 300},
                                    {"trial", 200, 20}};

static int take_plan(struct world_options *options, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(plans); i++) {
		if (strcmp(plans[i].name, name) != 0)
			continue;
		options->pool = plans[i].pool;
		options->single_updates = plans[i].single_updates;
		options->ticket_updates = 30;
		options->exports = 100;
		options->incrementals = strcmp(name, "plus") == 0 ? 30 : 10;
		return 0;
	}
	return -1;
}

struct line {
	const char *name;
	enum { U64, INT, REAL, SECONDS, MS, TEXT, SIZE, SWITCH } type;
	size_t offset;
};
#define AT(field) offsetof(struct world_options, field)
static const struct line lines[] = {
        {"--tickets", U64, AT(tickets)},
        {"--others", U64, AT(others)},
        {"--seed", U64, AT(seed)},
        {"--text-bytes", SIZE, AT(text_bytes)},
        {"--ballast", INT, AT(ballast)},
        {"--duplicates", REAL, AT(duplicates)},
        {"--age", SECONDS, AT(age)},
        {"--spread", SECONDS, AT(spread)},
        {"--latency-sigma", REAL, AT(model_latency_sigma)},
        {"--clock-ahead", MS, AT(clock_ahead)},
        {"--index-lag", SECONDS, AT(index_lag)},
        {"--pool", INT, AT(pool)},
        {"--pool-others", INT, AT(pool_others)},
        {"--single-updates", INT, AT(single_updates)},
        {"--ticket-updates", INT, AT(ticket_updates)},
        {"--exports", INT, AT(exports)},
        {"--job-queue", SECONDS, AT(job_queue)},
        {"--job-rate", REAL, AT(job_rate)},
        {"--job-parallel", INT, AT(job_parallel)},
        {"--jobs-max", INT, AT(jobs_max)},
        {"--jobs-lie", SWITCH, AT(jobs_lie)},
        {"--jobs-drop-tags", SWITCH, AT(jobs_drop_tags)},
        {"--stamp-skew", SECONDS, AT(stamp_skew)},
        {"--again", REAL, AT(again_per_minute)},
        {"--choices", REAL, AT(choices_per_minute)},
        {"--people", REAL, AT(people_per_minute)},
        {"--incrementals", INT, AT(incrementals)},
        {"--arrivals", REAL, AT(arrivals_per_minute)},
        {"--model-requests", INT, AT(model_requests)},
        {"--model-tokens", INT, AT(model_tokens)},
        {"--retired", TEXT, AT(retired_models)},
        {"--prompt-cache", INT, AT(prompt_cache)},
        {"--raw-logprobs", SWITCH, AT(raw_logprobs)},
        {"--alternatives", INT, AT(alternatives)},
        {"--brief", SWITCH, AT(brief)},
        {"--obey-injection", SWITCH, AT(obey_injection)},
        {"--repeat-values", SWITCH, AT(repeat_values)},
        {"--namesakes", SWITCH, AT(namesakes)},
        {"--ollama-parallel", INT, AT(ollama_parallel)},
        {"--ollama-queue", INT, AT(ollama_queue)},
        {"--ollama-models", TEXT, AT(ollama_models)},
        {"--ollama-load", MS, AT(ollama_load)},
        {"--credentials", TEXT, AT(credentials)},
        {"--oauth-client", TEXT, AT(oauth_client)},
        {"--oauth-scope", TEXT, AT(oauth_scope)},
        {"--model-key", TEXT, AT(model_key)},
        {"--role", TEXT, AT(role)},
        {"--closed", TEXT, AT(closed)},
        {"--deleted", TEXT, AT(deleted)},
        {"--refused", TEXT, AT(refused)},
        {"--closing", TEXT, AT(closing)},
        {"--forbidden", TEXT, AT(forbidden)},
        {"--processed-tag", TEXT, AT(processed_tag)},
        {"--poison", REAL, AT(poison)},
        {"--signed", SWITCH, AT(neighbours_signed)},
        {"--neighbours", REAL, AT(neighbours)},
        {"--mixups", REAL, AT(mixups)},
        {"--poison-first", U64, AT(poison_first)},
        {"--poison-status", INT, AT(poison_status)},
        {"--poison-body", INT, AT(poison_body)},
        {"--faults-for", SECONDS, AT(faults_for)},
        {"--model-out", SECONDS, AT(model_out_for)},
        {"--model-out-from", SECONDS, AT(model_out_from)},
        {"--faults-count", U64, AT(faults_count)},
};

static int take_line(struct world_options *options, const struct line *line, const char *value)
{
	char *field = (char *)options + line->offset;
	uint64_t given = 0;
	switch (line->type) {
	case TEXT: memcpy(field, &value, sizeof(value)); return 0;
	case SWITCH: *(bool *)(void *)field = true; return 0;
	case U64: return number(value, 10000000, (uint64_t *)(void *)field);
	case REAL: return option_real(value, (double *)(void *)field);
	case MS: return str_to_i64(str_of(value), (msec *)(void *)field);
	case INT:
		*(int *)(void *)field = number(value, 1000000000, &given) == 0 ? (int)given : -1;
		return *(int *)(void *)field < 0 ? -1 : 0;
	case SIZE:
		if (number(value, 1 << 20, &given) < 0)
			return -1;
		*(size_t *)(void *)field = (size_t)given;
		return 0;
	case SECONDS: return option_seconds(value, (msec *)(void *)field);
	}
	return -1;
}

static int take_replies(struct world_options *options, const char *name)
{
	static const char *const names[] = {
	        [REPLIES_USUAL] = "usual", [REPLIES_FEW] = "few", [REPLIES_REAL] = "real"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		options->replies = (enum world_replies)i;
		if (strcmp(names[i], name) == 0)
			return 0;
	}
	return -1;
}

/* Parses options that set more than one field, or name one of several. -2 = not one of these. */
static int take_special(struct world_options *options, const char *name, const char *value,
                        struct err *err)
{
	if (strcmp(name, "--latency") == 0)
		return parse_range(value, &options->model_latency_min, &options->model_latency_max);
	if (strcmp(name, "--zendesk-latency") == 0)
		return parse_range(value, &options->zendesk_latency_min,
		                   &options->zendesk_latency_max);
	if (strcmp(name, "--limits") == 0)
		return take_plan(options, value);
	if (strcmp(name, "--replies") == 0)
		return take_replies(options, value);
	if (strcmp(name, "--faults") == 0)
		return faults_parse(&options->faults, value, err);
	if (strcmp(name, "--header-style") == 0)
		options->old_headers = strcmp(value, "old") == 0;
	else if (strcmp(name, "--refuse-with") == 0)
		options->refuse_with_401 = strcmp(value, "401") == 0;
	else
		return -2;
	return 0;
}

int world_option(struct world_options *options, const char *name, const char *value,
                 struct err *err)
{
	err_set(err, "%s: bad value '%s'", name, value ? value : "");
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (strcmp(lines[i].name, name) == 0)
			return take_line(options, &lines[i], value) < 0 ? -1 : 1;
	int special = take_special(options, name, value, err);
	return special == -2 ? 0 : special < 0 ? -1 : 1;
}
