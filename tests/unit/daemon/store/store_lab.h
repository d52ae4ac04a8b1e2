/* What the tests of the store share: a folder of their own, a real loop, and short words for what
 * is asked of a store. */
#ifndef TEST_STORE_LAB_H
#define TEST_STORE_LAB_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#ifndef _WIN32
#include <sys/wait.h>
#endif
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/memmem.h"
#include "daemon/store/sqlite/store_sqlite.h"
#include "daemon/store/store_open.h"
#include "temporary.h"

#define TICKET(id) ((struct ticket_key){ACCOUNT_FIRST, id}) /* 0: of the cursor */

#define NOON ((msec)1795608000000) /* 2026-11-25T12:00:00Z */

struct lab {
	char dir[TEMPORARY_PATH_SIZE];
	char path[TEMPORARY_PATH_SIZE + 32];
	uv_loop_t loop;
	struct store *store;
	uint64_t sequence;        /* of the last record put */
	uint64_t persisted, from; /* as last told; 0 = never */
	unsigned persisted_calls, failed_calls, rebuilt_calls;
	unsigned worked[STORE_WORKS];
	unsigned commits;
	size_t committed; /* records, by all commits */
	bool closed, answered;
	struct counts counted, kept; /* as told while running, and of the days that are kept */
	unsigned kept_rows;
	char *json; /* of the last explain */
	struct store_erasure erasure;
	char error[256];
};

static inline void lab_persisted(void *arg, uint64_t upto)
{
	struct lab *lab = arg;

	assert_true(upto > lab->persisted);
	lab->persisted = upto;
	lab->persisted_calls++;
}

static inline void lab_failed(void *arg, uint64_t from)
{
	struct lab *lab = arg;

	lab->from = from;
	lab->failed_calls++;
}

static inline void lab_rebuilt(void *arg, const char *copy, uint64_t useless)
{
	struct lab *lab = arg;

	assert_int_equal(access(copy, R_OK), 0);
	lab->rebuilt_calls++;
}

static inline void lab_counted(void *arg, int64_t quarter, const struct counts *counts)
{
	struct lab *lab = arg;

	assert_true(counts_any(counts));
	counts_add(&lab->counted, counts);
}

static inline void lab_kept(void *arg, int64_t quarter, const struct counts *counts)
{
	struct lab *lab = arg;

	counts_add(&lab->kept, counts);
	lab->kept_rows++;
}

static inline void lab_explained(void *arg, char *json, const char *error)
{
	struct lab *lab = arg;

	snprintf(lab->error, sizeof(lab->error), "%s", error != NULL ? error : "");

	free(lab->json);
	lab->json = json;
	lab->answered = true;
}

static inline void lab_erased(void *arg, const struct store_erasure *erasure)
{
	struct lab *lab = arg;

	lab->erasure = *erasure;
	snprintf(lab->error, sizeof(lab->error), "%s",
	         erasure->error != NULL ? erasure->error : "");
	lab->erasure.error = erasure->error != NULL ? lab->error : NULL;
	lab->answered = true;
}

static inline void lab_closed(void *arg)
{
	struct lab *lab = arg;

	lab->closed = true;
}

/* In memory where that is possible: these tests sync tens of thousands of times, which takes
 * minutes on a busy disk, and proves nothing more there, since what dies in them is a process and
 * not the machine. */
static inline void lab_new(struct lab *lab)
{
	memset(lab, 0, sizeof(*lab));
	assert_int_equal(temporary_make(lab->dir,
	                                access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
	                                "aitd-store"),
	                 0);
	snprintf(lab->path, sizeof(lab->path), "%s/state.db", lab->dir);
}

static inline void lab_open(struct lab *lab)
{
	struct err err = {{0}};

	if (store_open(lab->path, &store_sqlite, &lab->store, &err) < 0)
		fail_msg("%s", err.text);
}

static inline void lab_worked(void *arg, enum store_work work, uint64_t ns)
{
	struct lab *lab = arg;

	lab->worked[work]++;
}

static inline void lab_committed(void *arg, size_t records)
{
	struct lab *lab = arg;

	lab->commits++;
	lab->committed += records;
}

static inline void lab_start(struct lab *lab)
{
	struct store_callbacks callbacks = {.persisted = lab_persisted,
	                                    .failed = lab_failed,
	                                    .rebuilt = lab_rebuilt,
	                                    .counted = lab_counted,
	                                    .worked = lab_worked,
	                                    .committed = lab_committed,
	                                    .arg = lab};

	assert_int_equal(uv_loop_init(&lab->loop), 0);
	store_start(lab->store, &lab->loop, &callbacks);
	lab->sequence = lab->persisted = 0;
	lab->closed = false;
}

/* Until nothing is queued or under way; no record waits for others. */
static inline void lab_run(struct lab *lab)
{
	store_hurry(lab->store);
	(void)uv_run(&lab->loop, UV_RUN_DEFAULT);
}

/* The loop must be empty afterwards: uv_loop_close says so. */
static inline void lab_close(struct lab *lab)
{
	store_close(lab->store, lab_closed, lab);
	lab_run(lab);
	assert_true(lab->closed);
	assert_int_equal(uv_loop_close(&lab->loop), 0);
	lab->store = NULL;
}

static inline void lab_begin(struct lab *lab)
{
	lab_open(lab);
	lab_start(lab);
}

/* As the engine says it of such an outcome. */
static inline bool lab_completes(enum record_kind kind, const char *payload)
{
	return kind == RECORD_OUTCOME && (strstr(payload, "\"state\":\"done\"") != NULL ||
	                                  strstr(payload, "\"untagged\":true") != NULL ||
	                                  strstr(payload, "\"former\":") != NULL);
}

static inline void lab_put_at(struct lab *lab, enum record_kind kind, uint64_t ticket,
                              const char *payload, msec wall)
{
	struct record record = {.sequence = ++lab->sequence,
	                        .kind = kind,
	                        .ticket = TICKET(ticket),
	                        .completes = lab_completes(kind, payload),
	                        .payload = xstrdup(payload)};

	store_put(lab->store, &record, wall);
	assert_null(record.payload);
}

static inline void lab_put(struct lab *lab, enum record_kind kind, uint64_t ticket,
                           const char *payload)
{
	lab_put_at(lab, kind, ticket, payload, NOON);
}

static inline void lab_put_outcome_at(struct lab *lab, uint64_t ticket, const char *payload,
                                      uint64_t brief, msec wall)
{
	struct record record = {.sequence = ++lab->sequence,
	                        .kind = RECORD_OUTCOME,
	                        .ticket = TICKET(ticket),
	                        .completes = lab_completes(RECORD_OUTCOME, payload),
	                        .payload = xstrdup(payload),
	                        .brief = brief};

	store_put(lab->store, &record, wall);
}

static inline void lab_put_outcome(struct lab *lab, uint64_t ticket, const char *payload,
                                   uint64_t brief)
{
	lab_put_outcome_at(lab, ticket, payload, brief, NOON);
}

static inline const char *lab_explain(struct lab *lab, uint64_t ticket)
{
	lab->answered = false;
	store_explain(lab->store, TICKET(ticket), lab_explained, lab);
	lab_run(lab);
	assert_true(lab->answered);
	return lab->json;
}

static inline void lab_erase(struct lab *lab, uint64_t ticket)
{
	lab->answered = false;
	store_erase(lab->store, TICKET(ticket), NOON, lab_erased, lab);
	lab_run(lab);
	assert_true(lab->answered);
}

static inline void lab_put_counted(struct lab *lab, enum record_kind kind, uint64_t ticket,
                                   const char *payload, const struct counts *counts, msec wall)
{
	struct record record = {.sequence = ++lab->sequence,
	                        .kind = kind,
	                        .ticket = TICKET(ticket),
	                        .completes = lab_completes(kind, payload),
	                        .payload = xstrdup(payload),
	                        .counts = *counts};

	store_put(lab->store, &record, wall);
}

/* The statistics of a store that is open and not started. */
static inline void lab_read_counts(struct lab *lab, msec wall)
{
	struct err err = {{0}};

	lab->kept = (struct counts){0};
	lab->kept_rows = 0;
	if (store_statistics(lab->store, wall, lab_kept, lab, &err) < 0)
		fail_msg("%s", err.text);
}

/* What a restore tells, as lines "sequence kind ticket payload", or "kind ticket brief". */
static inline void lab_restored(void *arg, const struct record *record)
{
	if (record->brief != 0) {
		assert_null(record->payload);
		buf_printf(arg, "%s %llu %llx\n", record_kind_name(record->kind),
		           (unsigned long long)record->ticket.id,
		           (unsigned long long)record->brief);
		return;
	}
	buf_printf(arg, "%llu %s %llu %s\n", (unsigned long long)record->sequence,
	           record_kind_name(record->kind), (unsigned long long)record->ticket.id,
	           record->payload);
}

static inline void lab_assert_restores(struct lab *lab, const char *expected)
{
	struct err err = {{0}};
	struct buf lines;

	buf_init(&lines, 1 << 20);
	if (store_restore(lab->store, lab_restored, &lines, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(buf_cstr(&lines), expected);
	buf_free(&lines);
}

/* Closes, and opens again without starting. */
static inline void lab_reopen(struct lab *lab)
{
	lab_close(lab);
	lab_open(lab);
}

static inline void lab_assert_refused(struct lab *lab, const char *reason)
{
	struct err err = {{0}};

	assert_int_equal(store_open(lab->path, &store_sqlite, &lab->store, &err), -1);
	if (strstr(err.text, reason) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, reason);
	assert_non_null(strstr(err.text, "store.path"));
}

static inline char *lab_file(const struct lab *lab, const char *suffix)
{
	return xasprintf("%s%s", lab->path, suffix);
}

static inline bool lab_has(const struct lab *lab, const char *suffix)
{
	char *path = lab_file(lab, suffix);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

static inline void lab_write(const struct lab *lab, const char *suffix, const void *data,
                             size_t len)
{
	char *path = lab_file(lab, suffix);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	(void)close(fd);
	free(path);
}

static inline bool lab_holds(const struct lab *lab, const char *suffix, const char *needle)
{
	char *path = lab_file(lab, suffix);
	FILE *file = fopen(path, "rb");
	bool found = false;
	struct buf whole;
	char piece[65536];
	size_t got;

	free(path);
	if (file == NULL)
		return false;
	buf_init(&whole, 256 << 20);
	while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(&whole, piece, got);
	(void)fclose(file);
	found = memmem(buf_cstr(&whole), whole.len, needle, strlen(needle)) != NULL;
	buf_free(&whole);
	return found;
}

/* Decisions of half a kilobyte, each batch in one transaction. */
static inline void lab_fill(struct lab *lab, uint64_t tickets)
{
	char text[512];

	memset(text, ' ', sizeof(text));
	memcpy(text, "{\"a\":1", 6);
	text[sizeof(text) - 2] = '}';
	text[sizeof(text) - 1] = '\0';
	for (uint64_t id = 1; id <= tickets; id++)
		lab_put(lab, RECORD_DECISION, id, text);
	lab_run(lab);
}

#ifndef _WIN32
/* The child's own assertions end it; what it says goes to the same output. */
static inline void lab_in_a_child(void (*what)(struct lab *lab), struct lab *lab)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		what(lab);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}
#endif

static inline void lab_free(struct lab *lab)
{
	if (lab->store != NULL)
		store_close(lab->store, NULL, NULL);
	free(lab->json);
	(void)chmod(lab->dir, 0700);
	(void)temporary_remove(lab->dir);
}

#endif
