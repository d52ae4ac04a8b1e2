/* Composes and signs the JSON of the generic webhook. */
#include "daemon/run/alert_webhook.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/crypto.h"
#include "base/json.h"
#include "daemon/run/alert_answer.h"
#include "observe/alert_book.h"

#define SIGNED_MAX ((size_t)64 * 1024)

static const char *kind_of(const struct alert_told *told)
{
	if (told->rule >= 0)
		return alert_rules_row((enum alert_rule)told->rule)->name;
	return told->rule == ALERT_OF_TEST ? "test" : "summary";
}

void alert_webhook_compose(const struct alert_told *told, struct buf *out)
{
	const char *kind = kind_of(told);
	char *id = xasprintf("%s-%lld", kind, (long long)told->since);

	buf_putc(out, '{');
	json_add_member_int(out, "version", 1);
	json_add_member(out, "source", STR("ai-ticketd"));
	json_add_member(out, "id", str_of(id));
	json_add_member(out, "kind", str_of(kind));
	json_add_member(out, "event", str_of(alert_change_name(told->change)));
	json_add_member(out, "severity", str_of(alert_severity_name(told->severity)));
	json_add_member(out, "title", str_of(told->title));
	json_add_member(out, "text", str_of(told->text));
	json_add_member_int(out, "since", told->since);
	json_add_member_int(out, "at", told->at);
	json_add_key(out, "lasted_ms");
	if (told->change == ALERT_RESOLVED)
		buf_printf(out, "%lld", (long long)told->lasted);
	else
		buf_puts(out, "null");
	alert_book_add_value(told->rule >= 0 ? alert_rules_row((enum alert_rule)told->rule)->unit
	                                     : UNIT_NONE,
	                     told->value, told->threshold, out);
	buf_putc(out, '}');
	free(id);
}

void alert_webhook_sign(struct http_request *request, const char *secret, msec wall)
{
	uint8_t mac[CRYPTO_SHA256_SIZE];
	char hex[2 * CRYPTO_SHA256_SIZE + 1];
	struct buf text;

	buf_init(&text, SIGNED_MAX);
	buf_printf(&text, "%lld.", (long long)(wall / MSEC_SECOND));
	buf_add(&text, request->body, request->body_len);
	crypto_hmac_sha256(str_of(secret), buf_str(&text), mac);
	for (size_t i = 0; i < sizeof(mac); i++)
		snprintf(hex + 2 * i, 3, "%02x", mac[i]);
	http_request_add_header(request, ALERT_WEBHOOK_TIMESTAMP ": %lld",
	                        (long long)(wall / MSEC_SECOND));
	http_request_add_header(request, ALERT_WEBHOOK_SIGNATURE ": v1=%s", hex);
	buf_free(&text);
}

enum outbox_answer alert_webhook_judge(const struct http_reply *reply, msec wall, msec *ret_wait,
                                       char reason[OUTBOX_REASON_SIZE])
{
	*ret_wait = -1;
	reason[0] = '\0';
	if (reply->result == HTTP_DONE && reply->status / 100 == 2)
		return OUTBOX_DELIVERED;
	return alert_answer_judge(reply, wall, "check alerts.webhook_url and alerts.webhook_secret",
	                          ret_wait, reason);
}
