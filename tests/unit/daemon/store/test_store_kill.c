/* SIGKILL at random moments: what was reported durable is there in the next life, whole and in
 * order, and what was reported erased is gone; and the statistics have counted exactly the records
 * that are there. ROUNDS lives on one and the same file. */
#include <errno.h>
#include <signal.h>

#include "../base/seed.h"
#include "base/map.h"
#include "base/prng.h"
#include "store_lab.h"

#define ROUNDS 100
#define LIFE 1000000 /* ticket ids of one life: LIFE * life + sequence */
#define IN_FLIGHT 40
#define ERASED (UINT64_C(1) << 63)

/* --- the life that is killed --- */

struct life {
	struct lab lab;
	uint64_t number, reports;
	int pipe;
};

static void tell(int fd, uint64_t word)
{
	if (write(fd, &word, sizeof(word)) != sizeof(word))
		_exit(3);
}

static void put_next(struct life *life)
{
	char text[300];
	uint64_t id = life->number * LIFE + life->lab.sequence + 1;

	snprintf(text, sizeof(text), "{\"id\":%llu,\"fill\":\"%0*d\"}", (unsigned long long)id,
	         (int)(1 + id * 7919 % 200), 0);
	lab_put_counted(&life->lab, RECORD_DECISION, id, text, &(struct counts){.analysed = 1},
	                NOON);
}

static void on_erased(void *arg, const struct store_erasure *erasure)
{
	struct life *life = arg;

	if (erasure->error != NULL)
		_exit(4);
	tell(life->pipe, ERASED | life->number);
}

static void on_persisted(void *arg, uint64_t upto)
{
	struct life *life = arg;

	tell(life->pipe, upto);
	while (life->lab.sequence < upto + IN_FLIGHT)
		put_next(life);
	if (++life->reports % 5 != 0) /* otherwise they gather, and may be killed meanwhile */
		store_hurry(life->lab.store);
	if (life->reports % 3 == 0)
		store_prune(life->lab.store, 1, NOON);
	if (life->reports % 4 == 0) /* one id each life, that of the life */
		store_erase(life->lab.store, TICKET(life->number), NOON, on_erased, life);
}

static void on_failed(void *arg, uint64_t from)
{
	_exit(5);
}

static void live(struct lab *lab, uint64_t number, int pipe)
{
	struct life life = {.lab = *lab, .number = number, .pipe = pipe};
	struct store_callbacks callbacks = {
	        .persisted = on_persisted, .failed = on_failed, .arg = &life};

	lab_open(&life.lab);
	if (uv_loop_init(&life.lab.loop) != 0)
		_exit(6);
	store_start(life.lab.store, &life.lab.loop, &callbacks);
	lab_put(&life.lab, RECORD_OUTCOME, number, "{\"state\":\"to be erased\"}");
	lab_put_at(&life.lab, RECORD_INTENT, 1, "{\"state\":\"to be pruned\"}", 0);
	put_next(&life);
	lab_run(&life.lab);
	_exit(7); /* it never runs out of work */
}

/* --- the one who watches --- */

struct seen {
	struct map tickets; /* id to 1 */
	unsigned wrong;
};

static void see(void *arg, const struct record *record)
{
	struct seen *seen = arg;
	char expected[48];

	if (record->kind != RECORD_DECISION)
		return;
	snprintf(expected, sizeof(expected), "{\"id\":%llu,",
	         (unsigned long long)record->ticket.id);
	seen->wrong += strncmp(record->payload, expected, strlen(expected)) != 0;
	seen->wrong += record->sequence != record->ticket.id % LIFE;
	map_put(&seen->tickets, record->ticket.id, 1);
}

/* Sequences 3 … reported, and after them no gap: transactions are whole and in order. */
static void assert_life(const struct seen *seen, uint64_t life, uint64_t reported)
{
	uint64_t last = 2;

	while (map_get(&seen->tickets, life * LIFE + last + 1, NULL))
		last++;
	if (last < reported)
		fail_msg("life %llu: up to %llu was reported durable, %llu is there",
		         (unsigned long long)life, (unsigned long long)reported,
		         (unsigned long long)last);
	for (uint64_t sequence = last + 1; sequence < last + 3 * IN_FLIGHT; sequence++)
		assert_false(map_get(&seen->tickets, life * LIFE + sequence, NULL));
}

static void look(struct lab *lab, uint64_t lives, const uint64_t *reported, const bool *erased)
{
	struct seen seen = {.wrong = 0};
	struct err err = {{0}};

	map_init(&seen.tickets);
	lab_open(lab);
	assert_null(store_was_rebuilt(lab->store));
	assert_int_equal(store_restore(lab->store, see, &seen, &err), 0);
	assert_int_equal(seen.wrong, 0);
	lab_read_counts(lab, NOON);
	assert_int_equal(lab->kept.analysed, seen.tickets.count);
	for (uint64_t life = 1; life <= lives; life++) {
		assert_life(&seen, life, reported[life]);
		if (erased[life])
			assert_true(store_is_erased(lab->store, TICKET(life)));
	}
	store_close(lab->store, NULL, NULL);
	lab->store = NULL;
	map_free(&seen.tickets);
}

/* A number of reports later, and a moment into whatever is under way then. */
static void watch_and_kill(pid_t pid, int fd, struct prng *prng, uint64_t *ret_reported,
                           bool *ret_erased)
{
	uint64_t reports = prng_below(prng, 12), spin = prng_below(prng, 300000), word;
	volatile uint64_t sink = 0;
	int status;

	for (uint64_t i = 0; i < reports && read(fd, &word, sizeof(word)) == sizeof(word); i++) {
		*ret_erased = *ret_erased || (word & ERASED) != 0;
		*ret_reported = (word & ERASED) != 0 ? *ret_reported : word;
	}
	for (uint64_t i = 0; i < spin; i++)
		sink = sink + i;
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status))
		fail_msg("the process ended by itself with status %d", WEXITSTATUS(status));
	while (read(fd, &word, sizeof(word)) == sizeof(word)) {
		*ret_erased = *ret_erased || (word & ERASED) != 0;
		*ret_reported = (word & ERASED) != 0 ? *ret_reported : word;
	}
}

static void what_was_reported_durable_survives_sigkill(void **state)
{
	uint64_t reported[ROUNDS + 1] = {0}, total = 0, erasures = 0;
	bool erased[ROUNDS + 1] = {false};
	struct prng prng;
	struct lab lab;

	prng_seed(&prng, test_seed());
	lab_new(&lab);
	for (uint64_t life = 1; life <= ROUNDS; life++) {
		int ends[2];
		pid_t pid;

		assert_int_equal(pipe(ends), 0);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			(void)close(ends[0]);
			live(&lab, life, ends[1]);
		}
		(void)close(ends[1]);
		watch_and_kill(pid, ends[0], &prng, &reported[life], &erased[life]);
		(void)close(ends[0]);
		if (life % 5 == 0 || life < 5) /* the others open on what several kills left */
			look(&lab, life, reported, erased);
		total += reported[life];
		erasures += erased[life];
	}
	print_message("%d lives, %llu records and %llu erasures reported, none missing\n", ROUNDS,
	              (unsigned long long)total, (unsigned long long)erasures);
	assert_true(total > 1000);
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_was_reported_durable_survives_sigkill)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
