/* A laboratory of tickets whose text the model's service refuses ("poison"), among others. */
#ifndef TESTS_POISON_LAB_H
#define TESTS_POISON_LAB_H

#include <stdio.h>
#include <string.h>

#include "lab.h"

#define MINUTE 60000
#define NO_KEY "{\"error\":{\"message\":\"bad key\",\"code\":\"invalid_api_key\"}}"
#define GUARDRAIL "{\"error\":{\"message\":\"blocked by guardrail\",\"code\":\"400\"}}"

/* Tickets 1 … count; those whose number is in `poison` say so. */
static inline void poison_find(struct lab *lab, int count, int poison)
{
	static char all[60000];
	size_t len = 0;

	for (int i = 1; i <= count; i++)
		len += (size_t)snprintf(
		        all + len, sizeof(all) - len,
		        "%s{\"id\":%d,\"result_type\":\"ticket\",\"subject\":\"Login\","
		        "\"description\":\"%s text\",\"status\":\"new\",\"priority\":null,"
		        "\"tags\":[],\"created_at\":\"2026-11-22T08:00:00Z\","
		        "\"updated_at\":\"2026-11-22T09:00:00Z\"}",
		        i > 1 ? "," : "", i, i <= poison ? "POISON" : "Ordinary");
	lab_found(lab, all);
}

static inline struct lab *poison_with(struct lab *lab, int count, int poison)
{
	lab_start(lab);
	lab_let_in(lab);
	poison_find(lab, count, poison);
	return lab;
}

static inline bool poison_is(const struct lab_request *request)
{
	return strstr(request->request.body, "POISON") != NULL;
}

/* Answers all chats for so long: poisoned ones are refused, others and probes answered. Returns the
 * number of probes. */
static inline int poison_run(struct lab *lab, int status, const char *body, msec span)
{
	int probes = 0;

	for (msec passed = 0; passed <= span; passed += 500) {
		struct lab_request *chat;

		while ((chat = lab_asks(lab, "/chat/completions"))) {
			probes += lab_is_probe(chat);
			if (poison_is(chat))
				lab_answer(lab, chat, status, "", body);
			else
				lab_model_says(lab, "bug", "low", "neutral");
		}
		lab_advance(lab, 500);
	}
	return probes;
}

static inline int poison_decisions(const struct lab *lab, const char *part)
{
	int count = 0;

	for (size_t i = 0; i < lab->record_count; i++)
		count += lab->records[i].kind == RECORD_DECISION &&
		         strstr(lab->records[i].payload, part) != NULL;
	return count;
}

#endif
