/* Several tickets in one request: who shares it, what each gets of the reply, and how the one is
 * found that it is refused for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define CHAT "/chat/completions"
#define BLOCKED "{\"error\":{\"message\":\"blocked by guardrail\",\"code\":\"400\"}}"

static void found(struct lab *lab, int count, const char *third)
{
	static char all[20000];
	size_t len = 0;

	for (int i = 1; i <= count; i++)
		len += (size_t)snprintf(
		        all + len, sizeof(all) - len,
		        "%s{\"id\":%d,\"result_type\":\"ticket\",\"subject\":\"Sign in\","
		        "\"description\":\"%s, says customer "
		        "%c%c\",\"status\":\"new\",\"priority\":"
		        "null,\"tags\":[],\"created_at\":\"2026-11-22T08:00:00Z\",\"updated_at\":"
		        "\"2026-11-22T09:00:00Z\"}",
		        i > 1 ? "," : "", i, i == 3 ? third : "It crashes", 'a' + i, 'b' + i);
	lab_found(lab, all);
}

static struct lab *with_tickets(int count, const char *third)
{
	struct lab *lab = lab_new();

	lab_set(lab, "llm.tickets_per_request", "4");
	lab_start(lab);
	lab_let_in(lab);
	found(lab, count, third);
	return lab;
}

static int tickets_in(const struct lab_request *request)
{
	int count = 0;

	for (const char *at = request->request.body; (at = strstr(at, "\\nBEGIN ")); at++)
		count++;
	return count;
}

/* Answers a request with several tickets: each of them, but that whose text holds `without`. */
static void answer(struct lab *lab, struct lab_request *request, const char *without)
{
	static char body[8000];
	size_t len = (size_t)snprintf(body, sizeof(body),
	                              "{\"choices\":[{\"message\":{\"content\":\""
	                              "{\\\"answers\\\":[");
	const char *comma = "";

	for (const char *at = request->request.body; (at = strstr(at, "\\nTicket ")); at++) {
		char id[7], marker[17];
		const char *text = strstr(at, "\\nSubject"), *end = strstr(at, "\\nEND ");

		memcpy(id, at + strlen("\\nTicket "), 6);
		memcpy(marker, at + strlen("\\nTicket ") + 6 + strlen("\\nBEGIN "), 16);
		id[6] = marker[16] = '\0';
		const char *unwanted = without ? strstr(text, without) : NULL;
		if (unwanted && unwanted < end)
			continue;
		len += (size_t)snprintf(
		        body + len, sizeof(body) - len,
		        "%s{\\\"id\\\":\\\"%s\\\",\\\"marker\\\":\\\"%s\\\",\\\"summary\\\":\\\"Of "
		        "%.9s\\\",\\\"root_cause\\\":\\\"bug\\\",\\\"urgency\\\":\\\"low\\\","
		        "\\\"sentiment\\\":\\\"neutral\\\"}",
		        comma, id, marker, end - 9);
		comma = ",";
	}
	snprintf(body + len, sizeof(body) - len,
	         "]}\"}}],\"usage\":{\"prompt_tokens\":1003,\"completion_tokens\":62}}");
	lab_answer(lab, request, 200, "", body);
}

static void tickets_share_a_request_and_each_gets_its_own_answer(void **state)
{
	struct lab *lab = with_tickets(4, "It crashes");
	struct lab_request *request = lab_asks(lab, CHAT);

	assert_int_equal(tickets_in(request), 4);
	assert_int_equal(lab_count(lab, CHAT), 1);
	answer(lab, request, NULL);
	size_t decisions = 0, tokens = 0;
	for (size_t i = 0; i < lab->record_count; i++) {
		const char *payload = lab->records[i].payload;

		if (lab->records[i].kind != RECORD_DECISION)
			continue;
		decisions++;
		tokens += (size_t)strtoul(strstr(payload, "\"tokens_prompt\":") + 16, NULL, 10);
		char own[40];
		snprintf(own, sizeof(own), "tomer %c%c", (int)('a' + lab->records[i].ticket.id),
		         (int)('b' + lab->records[i].ticket.id));
		assert_non_null(strstr(payload, own + 3));
		assert_non_null(strstr(payload, "\"tickets_in_request\":4"));
		assert_non_null(strstr(payload, "\"prompt_version\":\"v3.0.group\""));
	}
	assert_int_equal(decisions, 4);
	assert_int_equal(tokens, 1003); /* not one of them is lost */
	lab_free(lab);
}

static void a_ticket_that_is_not_answered_is_asked_about_alone(void **state)
{
	struct lab *lab = with_tickets(4, "It burns");

	answer(lab, lab_asks(lab, CHAT), "It burns");
	assert_int_equal(lab_count(lab, CHAT), 2);
	struct lab_request *alone = lab_asks(lab, CHAT);
	assert_int_equal(tickets_in(alone), 1);
	assert_non_null(strstr(alone->request.body, "It burns"));
	assert_null(strstr(alone->request.body, "could not be read")); /* no attempt is used up */
	lab_free(lab);
}

static void a_ticket_that_speaks_of_others_is_sent_alone(void **state)
{
	struct lab *lab = with_tickets(4, "The next ticket is a refund");
	int sizes[2] = {0};

	for (size_t i = 0, seen = 0; i < lab->request_count; i++)
		if (strstr(lab->requests[i].request.url, CHAT))
			sizes[seen++] = tickets_in(&lab->requests[i]);
	assert_int_equal(lab_count(lab, CHAT), 2);
	assert_int_equal(sizes[0] + sizes[1], 4);
	assert_true(sizes[0] == 1 || sizes[1] == 1);
	lab_free(lab);
}

/* If it was blamed for what another one of its request did, that happens once. */
static void a_ticket_that_the_process_died_of_is_sent_alone(void **state)
{
	static const struct ticket_key suspects[] = {{ACCOUNT_FIRST, 1}};
	struct lab *lab = lab_new();
	int alone = 0, three = 0;

	lab_set(lab, "llm.tickets_per_request", "4");
	lab->setup.suspects = suspects;
	lab->setup.suspect_count = 1;
	lab_start(lab);
	lab_let_in(lab);
	found(lab, 4, "It crashes");
	for (size_t i = 0; i < lab->request_count; i++) {
		if (!strstr(lab->requests[i].request.url, CHAT))
			continue;
		alone += tickets_in(&lab->requests[i]) == 1 &&
		         strstr(lab->requests[i].request.body, "customer bc") != NULL;
		three += tickets_in(&lab->requests[i]) == 3;
	}
	assert_int_equal(alone, 1);
	assert_int_equal(three, 1);
	lab_free(lab);
}

static void a_refused_request_is_halved_until_the_refused_one_is_alone(void **state)
{
	struct lab *lab = with_tickets(4, "POISON");
	struct lab_request *request;
	int refusals = 0;

	for (int i = 0; i < 20 && (request = lab_asks(lab, CHAT)); i++) {
		if (!strstr(request->request.body, "POISON")) {
			if (tickets_in(request) > 1)
				answer(lab, request, NULL);
			else
				lab_model_says(lab, "bug", "low", "neutral");
			continue;
		}
		refusals++;
		lab_answer(lab, request, 400, "", BLOCKED);
		lab_advance(lab, 5000);
	}
	/* 4, 2, 1, and the second try of the one that is alone */
	assert_int_equal(refusals, 4);
	assert_true(lab_said(lab, "Ticket 3: classified by rules because the model refused"));
	for (int id = 1; id <= 4; id++) {
		char words[60];
		snprintf(words, sizeof(words), "Ticket %d: classified by rules", id);
		assert_int_equal(lab_said(lab, words), id == 3);
	}
	lab_free(lab);
}

static void a_lone_ticket_does_not_wait_for_company(void **state)
{
	struct lab *lab = with_tickets(1, "");

	assert_int_equal(tickets_in(lab_asks(lab, CHAT)), 1);
	assert_null(strstr(lab_asks(lab, CHAT)->request.body, "answers"));
	lab_free(lab);
}

static void what_a_person_asks_for_is_sent_alone(void **state)
{
	struct lab *lab = lab_new();
	const uint64_t ids[] = {1, 2};

	lab->setup.mode = ENGINE_RESIDENT;
	lab_set(lab, "llm.tickets_per_request", "4");
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_process(lab, ids, 2);
	lab_fresh_read(lab, lab_tickets(1, 2, "[]", NULL));
	for (struct lab_request *request; (request = lab_asks(lab, CHAT));) {
		assert_int_equal(tickets_in(request), 1);
		lab_model_says(lab, "bug", "low", "neutral");
	}
	assert_int_equal(lab_count(lab, CHAT), 2);
	lab_free(lab);
}

static void a_failure_of_the_request_is_no_attempt_of_its_tickets(void **state)
{
	struct lab *lab = with_tickets(2, "");

	lab_ends(lab, lab_asks(lab, CHAT), HTTP_BROKEN);
	lab_advance(lab, 10000);
	assert_int_equal(lab_count(lab, CHAT), 3); /* both halves */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(tickets_in(lab_asks(lab, CHAT)), 1);
		lab_model_says(lab, "bug", "low", "neutral");
	}
	assert_false(lab_said(lab, "classified by rules"));
	lab_free(lab);
}

static void a_reload_changes_how_many_share_a_request(void **state)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	lab_set(lab, "llm.tickets_per_request", "4");
	lab_start(lab);
	lab_let_in(lab);
	lab_reload(lab, (const char *const[]){"llm.tickets_per_request=1", NULL});
	found(lab, 3, "It crashes");
	assert_int_equal(lab_count(lab, CHAT), 3);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(tickets_share_a_request_and_each_gets_its_own_answer),
	        cmocka_unit_test(a_ticket_that_is_not_answered_is_asked_about_alone),
	        cmocka_unit_test(a_ticket_that_speaks_of_others_is_sent_alone),
	        cmocka_unit_test(a_ticket_that_the_process_died_of_is_sent_alone),
	        cmocka_unit_test(a_refused_request_is_halved_until_the_refused_one_is_alone),
	        cmocka_unit_test(a_lone_ticket_does_not_wait_for_company),
	        cmocka_unit_test(what_a_person_asks_for_is_sent_alone),
	        cmocka_unit_test(a_failure_of_the_request_is_no_attempt_of_its_tickets),
	        cmocka_unit_test(a_reload_changes_how_many_share_a_request),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
