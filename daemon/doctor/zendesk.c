/* Asks Zendesk for a token if need be, for our user, and for one page with one ticket, which is
 * counted and not shown. */
#include <stdio.h>
#include <stdlib.h>

#include "daemon/doctor/lines.h"
#include "daemon/doctor/services.h"
#include "daemon/system/clock.h"
#include "desk/zendesk/limits.h"
#include "desk/zendesk/replies.h"
#include "desk/zendesk/requests.h"

#define SKEW_LOOK (5 * MSEC_SECOND)
#define SKEW_WRONG (5 * MSEC_MINUTE)

struct visit {
	struct exchange *exchange;
	struct contact_asker asker;
	struct zd_client client;
	struct desk_user user;
	int64_t waiting; /* unprocessed tickets; -1 = not told */
	/* what the answer about our user tells besides */
	bool answered;
	struct desk_limits limits;
	msec date; /* wall, of the server; -1 = not told */
	msec at;   /* wall, here */
};

static void judge_reply(const struct visit *visit, const struct http_reply *reply,
                        struct contact *ret)
{
	struct desk_answer answer;

	zd_classify(reply, clock_now().wall, &answer);
	contact_zendesk(&visit->asker, &answer, ret);
}

static void contact_unreadable(struct contact *ret, const struct err *err)
{
	*ret = (struct contact){.step = CONTACT_CONNECTION, .verdict = CONTACT_FAILED};
	snprintf(ret->text, sizeof(ret->text), "Zendesk's answer cannot be used: %s.", err->text);
}

static void fetch_token(struct visit *visit, struct contact *ret)
{
	struct http_request request = {0};
	struct http_reply reply;
	struct err err;

	*ret = (struct contact){.step = CONTACT_PASSED};
	if (!zd_auth_needs_token(&visit->client.auth, clock_now().mono))
		return;
	zd_auth_token_request(&visit->client.auth, &request);
	exchange_ask(visit->exchange, &request, EXCHANGE_PATIENCE, &reply);
	if (zd_auth_token_reply(&visit->client.auth, &reply, clock_now().mono, &err) < 0) {
		judge_reply(visit, &reply, ret);
		if (ret->verdict == CONTACT_FINE || ret->step >= CONTACT_SIGN_IN)
			contact_zendesk_token(&visit->asker, err.text, ret);
	}
	http_reply_free(&reply);
}

static void show_limits(const struct desk_limits *limits)
{
	if (limits->pool_limit >= 0)
		lines_add(LINE_OK, "Zendesk limits", "%lld requests a minute, %lld left",
		          (long long)limits->pool_limit, (long long)limits->pool_remaining);
	else
		lines_add(LINE_OK, "Zendesk limits", "not told");
}

static void show_clock(msec here, msec there)
{
	msec size = here < there ? there - here : here - there;
	enum line_mark mark = size > SKEW_WRONG  ? LINE_WRONG
	                      : size > SKEW_LOOK ? LINE_LOOK
	                                         : LINE_OK;

	if (there < 0)
		lines_add(LINE_OK, "clock", "Zendesk does not tell the time");
	else if (mark == LINE_OK)
		lines_add(mark, "clock", "agrees with Zendesk's");
	else
		lines_add(mark, "clock",
		          "%lld s %s Zendesk's: synchronise it (timedatectl set-ntp true)",
		          (long long)(size / MSEC_SECOND), here < there ? "behind" : "ahead of");
}

static void ask_me(struct visit *visit, struct contact *ret)
{
	struct http_request request = {0};
	struct http_reply reply;
	struct err err;

	zd_request_me(&visit->client, &request);
	exchange_ask(visit->exchange, &request, EXCHANGE_PATIENCE, &reply);
	judge_reply(visit, &reply, ret);
	if (ret->verdict == CONTACT_FINE && zd_reply_me(&reply, &visit->user, &err) < 0)
		contact_unreadable(ret, &err);
	else if (ret->verdict == CONTACT_FINE)
		contact_zendesk_user(&visit->asker, &visit->user, ret);
	if (ret->verdict == CONTACT_FINE) {
		visit->answered = true;
		zd_limits_read(&reply, &visit->limits);
		visit->date = http_reply_date(&reply);
		visit->at = clock_now().wall;
	}
	http_reply_free(&reply);
}

static void ask_search(struct visit *visit, struct contact *ret)
{
	struct http_request request = {0};
	struct http_reply reply;
	struct desk_page page;
	struct arena arena = {0};
	struct err err;

	zd_request_search(&visit->client, &(struct desk_slice){0}, 1, &request);
	exchange_ask(visit->exchange, &request, EXCHANGE_PATIENCE, &reply);
	judge_reply(visit, &reply, ret);
	visit->waiting = -1;
	if (ret->verdict == CONTACT_FINE && zd_reply_search(&reply, &arena, &page, NULL, &err) < 0)
		contact_unreadable(ret, &err);
	else if (ret->verdict == CONTACT_FINE)
		visit->waiting = page.total;
	arena_free(&arena);
	http_reply_free(&reply);
}

static void show_zendesk(const struct visit *visit, const struct contact *contact)
{
	const struct config *config = visit->asker.config;
	char user[80], tickets[80] = "tickets can be read";
	bool https = str_istarts(str_of(config->zendesk.base_url), STR("https:"));
	const char *names[CONTACT_PASSED] = {
	        [CONTACT_NAME] = config->zendesk.base_url,
	        [CONTACT_CONNECTION] = "answers",
	        [CONTACT_TLS] = https ? "certificate trusted" : "plain http",
	        [CONTACT_SIGN_IN] = user,
	        [CONTACT_RIGHTS] = tickets,
	};

	snprintf(user, sizeof(user), "user %llu, %s", (unsigned long long)visit->user.id,
	         visit->user.admin ? "administrator" : "agent");
	if (visit->waiting >= 0)
		snprintf(tickets, sizeof(tickets), "tickets can be read: %lld wait",
		         (long long)visit->waiting);
	services_show_steps("Zendesk", contact, names);
}

void services_show_zendesk(struct exchange *exchange, const struct config *config)
{
	struct visit visit = {.exchange = exchange, .asker.config = config, .waiting = -1};
	struct contact contact;

	zd_client_init(&visit.client, config, AITD_VERSION);
	fetch_token(&visit, &contact);
	if (contact.verdict == CONTACT_FINE)
		ask_me(&visit, &contact);
	if (contact.verdict == CONTACT_FINE)
		ask_search(&visit, &contact);
	show_zendesk(&visit, &contact);
	if (visit.answered) {
		show_limits(&visit.limits);
		show_clock(visit.at, visit.date);
	}
	zd_client_free(&visit.client);
}
