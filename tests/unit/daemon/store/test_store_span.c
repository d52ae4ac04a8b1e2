/* The history of a span of time, told in pieces. */
#include "store_lab.h"

/* What was told, as "kind ticket payload; …", of all pieces. */
struct told {
	struct lab *lab;
	struct store_span span;
	struct buf text;
	unsigned pieces;
	size_t events;
	char error[200];
};

static void on_piece(void *arg, const struct store_events *piece)
{
	struct told *told = arg;

	told->pieces++;
	told->events += piece->count;
	assert_true(piece->count <= STORE_SPAN_EVENTS);
	snprintf(told->error, sizeof(told->error), "%s", piece->error != NULL ? piece->error : "");
	for (size_t i = 0; i < piece->count; i++) {
		const struct store_event *event = &piece->events[i];

		buf_printf(&told->text, "%s %llu %s; ", record_kind_name(event->kind),
		           (unsigned long long)event->ticket.id,
		           event->payload != NULL ? event->payload : "unreadable");
	}
	if (!piece->more)
		return;
	told->span.after = piece->next;
	store_history(told->lab->store, &told->span, on_piece, told);
}

static void tell_rows(struct lab *lab, struct told *told, struct store_span span)
{
	*told = (struct told){.lab = lab, .span = span};
	buf_init(&told->text, 4 << 20);
	store_history(lab->store, &told->span, on_piece, told);
	lab_run(lab);
}

static void assert_told(struct lab *lab, struct store_span span, const char *expected)
{
	struct told told;

	tell_rows(lab, &told, span);
	assert_string_equal(told.error, "");
	assert_string_equal(buf_cstr(&told.text), expected);
	buf_free(&told.text);
}

#define OUTCOMES STORE_KIND(RECORD_OUTCOME)
#define ALL (OUTCOMES | STORE_KIND(RECORD_DECISION))

static void begin_with_some(struct lab *lab)
{
	lab_new(lab);
	lab_begin(lab);
	lab_put_at(lab, RECORD_DECISION, 1, "{\"a\":1}", NOON);
	lab_put_at(lab, RECORD_OUTCOME, 1, "{\"a\":2}", NOON + 1);
	lab_put_at(lab, RECORD_DECISION, 2, "{\"a\":3}", NOON + 1);
	lab_put_at(lab, RECORD_OUTCOME, 3, "{\"a\":4}", NOON + 3);
	lab_put_at(lab, RECORD_OUTCOME, 2, "{\"a\":5}", NOON + 2);
}

static void end(struct lab *lab)
{
	lab_close(lab);
	lab_free(lab);
}

static void kinds_and_times_choose_and_time_orders(void **state)
{
	struct lab lab;

	begin_with_some(&lab);
	assert_told(&lab, (struct store_span){.from = NOON, .to = NOON + 10, .kinds = ALL},
	            "decision 1 {\"a\":1}; outcome 1 {\"a\":2}; decision 2 {\"a\":3}; "
	            "outcome 2 {\"a\":5}; outcome 3 {\"a\":4}; ");
	assert_told(&lab, (struct store_span){.from = NOON, .to = NOON + 10, .kinds = OUTCOMES},
	            "outcome 1 {\"a\":2}; outcome 2 {\"a\":5}; outcome 3 {\"a\":4}; ");
	/* The first moment belongs to the span, the last does not. */
	assert_told(&lab, (struct store_span){.from = NOON + 1, .to = NOON + 3, .kinds = OUTCOMES},
	            "outcome 1 {\"a\":2}; outcome 2 {\"a\":5}; ");
	assert_told(&lab, (struct store_span){.from = NOON + 4, .to = NOON + 10, .kinds = ALL}, "");
	end(&lab);
}

static void the_newest_can_be_first(void **state)
{
	struct lab lab;

	begin_with_some(&lab);
	assert_told(&lab,
	            (struct store_span){
	                    .from = NOON, .to = NOON + 3, .kinds = ALL, .newest_first = true},
	            "outcome 2 {\"a\":5}; decision 2 {\"a\":3}; outcome 1 {\"a\":2}; "
	            "decision 1 {\"a\":1}; ");
	end(&lab);
}

static void pieces_of_any_size_tell_each_record_once(void **state)
{
	struct lab lab;

	begin_with_some(&lab);
	for (size_t limit = 1; limit <= 6; limit++)
		for (int newest = 0; newest <= 1; newest++) {
			struct told told;

			tell_rows(&lab, &told,
			          (struct store_span){.from = NOON,
			                              .to = NOON + 10,
			                              .kinds = ALL,
			                              .newest_first = newest,
			                              .limit = limit});
			assert_int_equal(told.events, 5);
			assert_int_equal(told.pieces, (5 + limit - 1) / limit);
			buf_free(&told.text);
		}
	end(&lab);
}

static void many_and_long_records_come_in_bounded_pieces(void **state)
{
	struct lab lab;
	struct told told;

	lab_new(&lab);
	lab_begin(&lab);
	lab_fill(&lab, 3000);
	tell_rows(&lab, &told,
	          (struct store_span){
	                  .from = NOON, .to = NOON + 1, .kinds = STORE_KIND(RECORD_DECISION)});
	assert_int_equal(told.events, 3000);
	assert_int_equal(told.pieces, 6);
	buf_free(&told.text);
	end(&lab);
}

static void a_record_among_many_of_other_kinds_is_found_in_bounded_steps(void **state)
{
	struct lab lab;
	struct told told;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_OUTCOME, 1, "{}");
	lab_fill(&lab, STORE_SPAN_LOOKED + 10);
	lab_put(&lab, RECORD_OUTCOME, 2, "{}");
	tell_rows(&lab, &told,
	          (struct store_span){.from = NOON, .to = NOON + 1, .kinds = OUTCOMES});
	assert_int_equal(told.pieces, 2);
	assert_string_equal(buf_cstr(&told.text), "outcome 1 {}; outcome 2 {}; ");
	buf_free(&told.text);
	end(&lab);
}

static void what_was_erased_is_not_told(void **state)
{
	struct lab lab;

	begin_with_some(&lab);
	lab_erase(&lab, 1);
	assert_told(&lab, (struct store_span){.from = NOON, .to = NOON + 10, .kinds = ALL},
	            "decision 2 {\"a\":3}; outcome 2 {\"a\":5}; outcome 3 {\"a\":4}; ");
	end(&lab);
}

/* --- sealed payloads: a seal that only marks them --- */

static void seal_marked(void *arg, struct str place, struct str clear, struct buf *out)
{
	buf_putc(out, '!');
	buf_add_str(out, clear);
}

static int unseal_marked(void *arg, struct str place, struct str sealed, struct buf *out,
                         struct err *err)
{
	const char *spoilt = arg;

	if (memmem(sealed.data, sealed.len, spoilt, strlen(spoilt)) != NULL)
		return err_set(err, "spoilt");
	buf_add(out, sealed.data + 1, sealed.len - 1);
	return 0;
}

static void sealed_records_are_told_in_the_clear_and_what_cannot_be_read_is_said(void **state)
{
	struct lab lab;
	char spoilt[] = "4";
	struct store_seal seal = {seal_marked, unseal_marked, spoilt};

	lab_new(&lab);
	lab_open(&lab);
	store_set_seal(lab.store, &seal);
	lab_start(&lab);
	lab_put(&lab, RECORD_OUTCOME, 1, "{\"a\":3}");
	lab_put(&lab, RECORD_OUTCOME, 2, "{\"a\":4}");
	assert_told(&lab, (struct store_span){.from = NOON, .to = NOON + 1, .kinds = ALL},
	            "outcome 1 {\"a\":3}; outcome 2 unreadable; ");
	end(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(kinds_and_times_choose_and_time_orders),
	        cmocka_unit_test(the_newest_can_be_first),
	        cmocka_unit_test(pieces_of_any_size_tell_each_record_once),
	        cmocka_unit_test(many_and_long_records_come_in_bounded_pieces),
	        cmocka_unit_test(a_record_among_many_of_other_kinds_is_found_in_bounded_steps),
	        cmocka_unit_test(what_was_erased_is_not_told),
	        cmocka_unit_test(
	                sealed_records_are_told_in_the_clear_and_what_cannot_be_read_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
