/* Any rows that a database can give back, restored into a new life of the engine, which then goes
 * on with them against a Zendesk that answers. A line of the input is a record: "KIND TICKET BRIEF
 * PAYLOAD". */
#include <stdio.h>
#include <string.h>

#include "../unit/engine/lab.h"
#include "fuzz.h"

#define RECORDS_MAX 50
#define ANSWERS_MAX 60

/* The store lets only these through. */
static bool read_record(struct str line, struct record *ret)
{
	struct str kind = str_split(&line, ' '), ticket = str_split(&line, ' '),
	           brief = str_split(&line, ' ');
	uint64_t number;

	memset(ret, 0, sizeof(*ret));
	if (str_to_u64(kind, &number) < 0 || number > RECORD_CHOICE ||
	    record_kind_name((enum record_kind)number) == NULL ||
	    str_to_u64(ticket, &ret->ticket.id) < 0 || str_to_u64(brief, &ret->brief) < 0 ||
	    ret->brief > INT64_MAX ||
	    (number != RECORD_COMMAND &&
	     (number == RECORD_CURSOR || number == RECORD_PROVEN) != (ret->ticket.id == 0)) ||
	    (ret->brief > 0 && number != RECORD_OUTCOME && number != RECORD_SHADOW))
		return false;
	ret->kind = (enum record_kind)number;
	ret->payload = xmemdup0(line.data, line.len);
	return true;
}

static void read_records(struct lab *lab, struct str input)
{
	while (input.len > 0 && lab->record_count < RECORDS_MAX)
		lab->record_count +=
		        read_record(str_split(&input, '\n'), &lab->records[lab->record_count]);
}

static const char *five_tickets(void)
{
	static char body[10000];

	snprintf(body, sizeof(body), "{\"tickets\":[%s]}", lab_tickets(1, 5, NULL, NULL));
	return body;
}

static const char *answer_to(const char *url)
{
	if (strstr(url, "/users/me") != NULL)
		return "{\"user\":{\"id\":77,\"role\":\"admin\",\"email\":\"bot@acme.example\"}}";
	if (strstr(url, "/models") != NULL)
		return "{\"object\":\"list\",\"data\":[{\"id\":\"gpt-4o-mini\",\"object\":"
		       "\"model\"}]}";
	if (strstr(url, "/show_many") != NULL)
		return five_tickets();
	if (strstr(url, "/comments") != NULL)
		return "{\"comments\":[]}";
	if (strstr(url, "/search") != NULL)
		return "{\"results\":[],\"count\":0,\"next_page\":null}";
	return "{}";
}

/* No record makes us ask anybody else. */
static void check_request(const struct http_request *request)
{
	ENSURE(strncmp(request->url, "https://acme.zendesk.com/api/v2/", 32) == 0 ||
	       strncmp(request->url, "https://api.openai.com/v1/", 26) == 0);
}

static void go_on(struct lab *lab)
{
	struct lab_request *request;

	for (int answers = 0; answers < ANSWERS_MAX; answers++) {
		if ((request = lab_asks(lab, "https://")) == NULL) {
			lab_advance(lab, 60000);
			continue;
		}
		check_request(&request->request);
		lab_answer(lab, request, 200, "", answer_to(request->request.url));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str input = str_make((const char *)data, size);
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	if (str_starts(input, STR("incremental\n")))
		lab->config->zendesk.source = SOURCE_INCREMENTAL;
	read_records(lab, input);
	lab_new_life(lab, lab->record_count);
	go_on(lab);
	lab_drain(lab);
	lab_advance(lab, 600000);
	lab_free(lab);
	return 0;
}
