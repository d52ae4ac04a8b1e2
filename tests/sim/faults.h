/* The catalogue of faults: one line per fault. A plan gives each fault a probability per service;
 * at most one fault is drawn for a request. */
#ifndef SIM_FAULTS_H
#define SIM_FAULTS_H

#include "base/base.h"
#include "base/prng.h"

enum fault_service { FAULTS_ZENDESK, FAULTS_MODEL, FAULT_SERVICES };

enum fault_place {                     /* bits: requests a fault may strike */
	           ON_LOOK = 1 << 0,   /* Zendesk: reads of tickets by id */
	           ON_SEARCH = 1 << 1, /* Zendesk: search and its export */
	           ON_WRITE = 1 << 2,  /* Zendesk: updates */
	           ON_OTHER = 1 << 3,  /* Zendesk: users/me, tokens, comments */
	           ON_CHAT = 1 << 4,   /* model: chat */
	           ON_LIST = 1 << 5,   /* model: list of models */
	           ON_BULK = 1 << 6,   /* Zendesk: update_many */
	           ON_JOBS = 1 << 7,   /* Zendesk: job_statuses */
	           ON_STREAM = 1 << 8, /* Zendesk: incremental export */
	           /* Zendesk: a further page of an export; set in addition to its own place */
	           ON_CURSOR = 1 << 9,
	           ON_ZENDESK = ON_LOOK | ON_SEARCH | ON_WRITE | ON_OTHER | ON_BULK | ON_JOBS |
	                        ON_STREAM | ON_CURSOR,
	           ON_MODEL = ON_CHAT | ON_LIST,
	           ON_ALL = ON_ZENDESK | ON_MODEL
};

/* FAULT(id, name, places, probability when none is given, probability in the mix "all", help) */
#define FAULTS(FAULT)                                                                              \
	FAULT(429, "429", ON_ALL, 0.05, 0.01, "429 with Retry-After although no limit is used up") \
	FAULT(503, "503", ON_ALL, 0.05, 0.01, "503 with or without Retry-After")                   \
	FAULT(502, "502html", ON_ALL, 0.05, 0.005, "502, an HTML page")                            \
	FAULT(500, "500", ON_ALL, 0.05, 0.005, "500 with JSON; nothing was done")                  \
	FAULT(RESET, "reset", ON_ALL, 0.05, 0.01,                                                  \
	      "connection reset before an answer; nothing was done")                               \
	FAULT(LOST, "lost", ON_ALL, 0.05, 0.01, "it was done, but the answer is lost")             \
	FAULT(LATE500, "late500", ON_WRITE | ON_BULK, 0.05, 0.005,                                 \
	      "it was done, but the answer is 500")                                                \
	FAULT(MIDBODY, "midbody", ON_ALL, 0.05, 0.01,                                              \
	      "it was done; reset in the middle of the answer")                                    \
	FAULT(STALL, "stall", ON_ALL, 0.01, 0.002, "accepted, then silence")                       \
	FAULT(DRIP, "drip", ON_ALL, 0.05, 0.005, "the answer drips")                               \
	FAULT(CLOSE, "close", ON_ALL, 0.1, 0.01,                                                   \
	      "good answer, then the connection closes unannounced")                               \
	FAULT(GARBAGE, "garbage", ON_ALL, 0.02, 0.002, "bytes that are no HTTP")                   \
	FAULT(NOTJSON, "notjson", ON_ALL, 0.02, 0.002, "status 200 and a page that is not JSON")   \
	FAULT(DEEP, "deep", ON_ALL, 0.02, 0.002, "JSON nested 100,000 deep")                       \
	FAULT(NUL, "nul", ON_ALL, 0.02, 0.002, "NUL bytes in the JSON")                            \
	FAULT(UTF8, "utf8", ON_ALL, 0.02, 0.002, "invalid UTF-8 in the JSON")                      \
	FAULT(REDIRECT, "redirect", ON_ALL, 1, 0, "302 to another host")                           \
	FAULT(HUGE, "huge", ON_ALL, 0.01, 0.001, "an answer of 100 MB")                            \
	FAULT(ENDLESS, "endless", ON_ALL, 0.01, 0, "an answer that never ends")                    \
	FAULT(NODATE, "nodate", ON_ZENDESK, 0.1, 0.01, "no Date header")                           \
	FAULT(CONFLICT, "conflict", ON_LOOK, 0.05, 0.01,                                           \
	      "a person edits between our read and our write")                                     \
	FAULT(TAGS, "tags", ON_LOOK, 0.05, 0.01, "… adds a tag")                                   \
	FAULT(PRIORITY, "priority", ON_LOOK | ON_SEARCH, 0.05, 0.01, "… changes the priority")     \
	FAULT(SOLVED, "solved", ON_LOOK, 0.05, 0.002, "… solves the ticket")                       \
	FAULT(CLOSED, "closed", ON_LOOK, 0.05, 0.002, "… and it is closed")                        \
	FAULT(DELETED, "deleted", ON_LOOK, 0.05, 0.002, "… deletes it")                            \
	FAULT(UNTAG, "untag", ON_WRITE | ON_BULK, 0.05, 0.002,                                     \
	      "a person removes our tag after the write")                                          \
	FAULT(LOCK, "lock", ON_WRITE | ON_BULK, 0.05, 0.01, "409 without a reason in the stamp")   \
	FAULT(DUPLICATE, "duplicate", ON_SEARCH, 0.1, 0.02, "a search page repeats a ticket")      \
	FAULT(UNAVAILABLE, "unavailable", ON_SEARCH, 0.05, 0.01, "search answers \"unavailable\"") \
	FAULT(TOKEN, "token", ON_ZENDESK, 0.05, 0.002, "the OAuth token is revoked")               \
	FAULT(RETAG, "retag", ON_WRITE | ON_BULK, 0.05, 0.002,                                     \
	      "a person puts the tag list back as it was before the write")                        \
	FAULT(SAME_SECOND, "samesecond", ON_LOOK, 0.05, 0.005,                                     \
	      "a person edits in the second of our read, after it")                                \
	FAULT(CURSOR, "cursor", ON_CURSOR, 0.1, 0.005,                                             \
	      "an export's cursor is refused with 400 or 422")                                     \
	FAULT(JOB_LOST, "joblost", ON_BULK, 0.05, 0.005,                                           \
	      "a job is accepted, never runs, and is not found")                                   \
	FAULT(JOB_GONE, "jobgone", ON_BULK, 0.05, 0.005, "a job runs, but its status vanishes")    \
	FAULT(JOB_STUCK, "jobstuck", ON_BULK, 0.05, 0.003,                                         \
	      "a job says \"working\" for ever and does nothing")                                  \
	FAULT(JOB_LATE, "joblate", ON_BULK, 0.05, 0.003,                                           \
	      "a job is queued for 3 to 8 minutes, then runs")                                     \
	FAULT(JOB_FAILED, "jobfailed", ON_BULK, 0.05, 0.005,                                       \
	      "a job fails after some of its tickets")                                             \
	FAULT(JOB_KILLED, "jobkilled", ON_BULK, 0.05, 0.003,                                       \
	      "a job is killed after some of its tickets")                                         \
	FAULT(RESULTS_ORDER, "resultsorder", ON_BULK, 0.1, 0.005,                                  \
	      "a job's results in another order")                                                  \
	FAULT(RESULTS_FEWER, "resultsfewer", ON_BULK, 0.1, 0.005, "… without some of its tickets") \
	FAULT(RESULTS_MORE, "resultsmore", ON_BULK, 0.1, 0.005,                                    \
	      "… with a ticket twice, and tickets never sent")                                     \
	FAULT(RESULTS_OPENAPI, "resultsopenapi", ON_BULK, 0.1, 0.005,                              \
	      "… failures as the vendor describes them")                                           \
	FAULT(RESULTS_INDEX, "resultsindex", ON_BULK, 0.1, 0.005,                                  \
	      "… failures with an index, but no id")                                               \
	FAULT(RESULTS_ODD, "resultsodd", ON_BULK, 0.1, 0.003,                                      \
	      "… items with neither success nor error; unknown errors")                            \
	FAULT(TOO_MANY_JOBS, "toomanyjobs", ON_BULK, 0.05, 0.005,                                  \
	      "TooManyJobs although few run, as 429, 400 or 200")                                  \
	FAULT(ERROR_200_BULK, "error200bulk", ON_BULK, 0.05, 0.003,                                \
	      "status 200 with an error; nothing was done")                                        \
	FAULT(CONFLICT_BULK, "conflictbulk", ON_BULK, 0.05, 0.005,                                 \
	      "half of a job's tickets conflict though the stamp is right")                        \
	FAULT(SLOW_DOWN, "slow_down", ON_CHAT, 0.05, 0.005, "429 slow_down")                       \
	FAULT(QUOTA, "quota", ON_CHAT, 1, 0, "429 insufficient_quota")                             \
	FAULT(529, "529", ON_CHAT, 0.05, 0.005, "529 overloaded")                                  \
	FAULT(NO_MODEL, "model_not_found", ON_CHAT, 1, 0, "404 model_not_found")                   \
	FAULT(401, "401", ON_MODEL, 1, 0, "401: key refused")                                      \
	FAULT(TEMPERATURE, "temperature", ON_CHAT, 1, 0, "400 unsupported parameter temperature")  \
	FAULT(JSON_SCHEMA, "json_schema", ON_CHAT, 1, 0, "400 response_format json_schema")        \
	FAULT(ERROR_IN_200, "error200", ON_CHAT, 0.05, 0.005, "status 200 with an error object")   \
	FAULT(NUMBER_CODE, "numbercode", ON_CHAT, 0.05, 0.002, "503 whose error code is a number") \
	FAULT(REFUSAL, "refusal", ON_CHAT, 0.05, 0.002, "message.refusal")                         \
	FAULT(FILTER, "content_filter", ON_CHAT, 0.05, 0.002, "finish_reason content_filter")      \
	FAULT(TRUNCATED, "truncated", ON_CHAT, 0.05, 0.01, "finish_reason length, JSON cut off")   \
	FAULT(EMPTY, "empty", ON_CHAT, 0.05, 0.002, "empty content")                               \
	FAULT(NULL_CONTENT, "nullcontent", ON_CHAT, 0.05, 0.002, "content null without refusal")   \
	FAULT(NO_CHOICES, "nochoices", ON_CHAT, 0.05, 0.002, "no choices")                         \
	FAULT(NO_USAGE, "nousage", ON_CHAT, 0.05, 0.005, "no usage, and another word for stop")    \
	FAULT(FENCE, "fence", ON_CHAT, 0.05, 0.01, "fenced JSON")                                  \
	FAULT(PROSE, "prose", ON_CHAT, 0.05, 0.005, "prose around the JSON")                       \
	FAULT(TWO_OBJECTS, "twoobjects", ON_CHAT, 0.05, 0.002,                                     \
	      "a draft, a format or an example beside it")                                         \
	FAULT(SINGLE_QUOTES, "singlequotes", ON_CHAT, 0.05, 0.002, "single quotes")                \
	FAULT(TRAILING_COMMA, "trailingcomma", ON_CHAT, 0.05, 0.002, "trailing comma")             \
	FAULT(COMMENTS, "comments", ON_CHAT, 0.05, 0.002, "comments in the JSON")                  \
	FAULT(PYTHON, "python", ON_CHAT, 0.05, 0.002, "True and None")                             \
	FAULT(NAN, "nan", ON_CHAT, 0.05, 0.002, "a NaN beside the labels")                         \
	FAULT(RAW_NEWLINE, "rawnewline", ON_CHAT, 0.05, 0.002,                                     \
	      "raw newline or an unknown escape in a string")                                      \
	FAULT(BOM, "bom", ON_CHAT, 0.05, 0.002, "byte order mark")                                 \
	FAULT(THINK, "think", ON_CHAT, 0.05, 0.002, "thoughts with a draft, in any mark")          \
	FAULT(REASONING, "reasoning", ON_CHAT, 0.05, 0.002, "answer in reasoning_content")         \
	FAULT(STRING, "string", ON_CHAT, 0.05, 0.002, "JSON in a JSON string")                     \
	FAULT(ARRAY, "array", ON_CHAT, 0.05, 0.002, "array around the object")                     \
	FAULT(WRAPPER, "wrapper", ON_CHAT, 0.05, 0.002, "{\"result\":{…}}")                        \
	FAULT(SCHEMA_ECHO, "schemaecho", ON_CHAT, 0.05, 0.002, "the schema itself")                \
	FAULT(EXTRA, "extrafields", ON_CHAT, 0.05, 0.002, "extra fields")                          \
	FAULT(MISSING, "missingfield", ON_CHAT, 0.05, 0.005, "a field is missing")                 \
	FAULT(CASE, "wrongcase", ON_CHAT, 0.05, 0.005, "keys and labels in wrong case")            \
	FAULT(SYNONYM, "synonym", ON_CHAT, 0.05, 0.005, "synonyms of labels")                      \
	FAULT(WRONG_LABEL, "wronglabel", ON_CHAT, 0.05, 0.005, "labels that are not in the list")  \
	FAULT(BLANKS, "blanks", ON_CHAT, 0.05, 0.002, "white space until the bound")               \
	FAULT(BAD_BYTES, "badbytes", ON_CHAT, 0.05, 0.002,                                         \
	      "bytes that are not UTF-8 in the content")                                           \
	FAULT(HTML, "html", ON_CHAT, 0.05, 0.002, "an HTML page as content")                       \
	FAULT(LONG_SUMMARY, "longsummary", ON_CHAT, 0.05, 0.005, "summary far too long")

enum fault_kind {
#define FAULT(id, ...) FAULT_##id,
	FAULTS(FAULT)
#undef FAULT
	        FAULT_COUNT,
	FAULT_NONE = FAULT_COUNT
};
/* First and last of the faults that are bad contents in a good envelope; "contents" stands for all
 * of them. */
#define FAULT_CONTENTS_FIRST FAULT_FENCE
#define FAULT_CONTENTS_LAST FAULT_LONG_SUMMARY

struct fault_plan {
	bool any;
	double chance[FAULT_SERVICES][FAULT_COUNT];
};

const char *fault_name(enum fault_kind kind);
/* Parses a plan such as "503:0.05,reset,llm.429:0.1" and adds it to `plan`: names, each with an
 * optional service before it ("zendesk." or "llm."; otherwise both) and an optional probability
 * after it. "all" is a mix of everything that can be survived ("all:2" twice as much of it),
 * "contents" all bad contents. */
int faults_parse(struct fault_plan *plan, const char *text, struct err *err) MUST_CHECK;
enum fault_kind faults_draw(const struct fault_plan *plan, enum fault_service service,
                            unsigned place, struct prng *prng);
/* Calls `each` for every fault, for --faults list. */
void faults_list(void (*each)(void *arg, const char *name, const char *help), void *arg);

#endif
