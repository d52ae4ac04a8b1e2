/* The two kinds of credentials: an API token, which is always available, and an OAuth token, which
 * has to be fetched and renewed. */
#include "desk/zendesk/auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/json.h"
#include "desk/zendesk/replies.h"
#include "desk/zendesk/requests.h"

#define LIFE_ASKED 86400 /* s */
#define LIFE_UNSAID (30 * MSEC_MINUTE)
#define LIFE_LEAST MSEC_MINUTE
#define LIFE_MOST (48 * MSEC_HOUR)
#define RENEW_EARLIER_MOST (5 * MSEC_MINUTE)
#define TOKEN_BYTES_MAX 4096

static bool is_set(const char *option)
{
	return option && *option;
}

static const char *text_of(const char *option)
{
	return option ? option : "";
}

static void wipe_secret(char **secret)
{
	if (*secret)
		crypto_wipe(*secret, strlen(*secret));
	free(*secret);
	*secret = NULL;
}

/* Base64 of "email/token:api_token", so that nothing in either can end the header line. */
static char *basic_value(const struct config *config)
{
	char *plain = xasprintf("%s/token:%s", text_of(config->zendesk.email),
	                        text_of(config->zendesk.api_token));
	struct buf value;
	buf_init(&value, 2 * strlen(plain) + 16);
	buf_puts(&value, "Basic ");
	crypto_add_base64(&value, str_of(plain));
	wipe_secret(&plain);
	return buf_take(&value, NULL);
}

void zd_auth_init(struct zd_auth *auth, const struct config *config)
{
	*auth = (struct zd_auth){.config = config, .oauth = is_set(config->zendesk.client_id)};
	if (!auth->oauth)
		auth->basic = basic_value(config);
}

void zd_auth_free(struct zd_auth *auth)
{
	wipe_secret(&auth->basic);
	wipe_secret(&auth->bearer);
	*auth = (struct zd_auth){0};
}

bool zd_auth_needs_token(const struct zd_auth *auth, msec now)
{
	return auth->oauth && (!auth->bearer || now >= auth->renew_at);
}

void zd_auth_token_request(const struct zd_auth *auth, struct http_request *ret)
{
	const struct config *config = auth->config;
	struct buf body;
	buf_init(&body, 64 * 1024);
	buf_putc(&body, '{');
	json_add_member(&body, "grant_type", STR("client_credentials"));
	json_add_member(&body, "client_id", str_of(config->zendesk.client_id));
	json_add_member(&body, "client_secret", str_of(config->zendesk.client_secret));
	json_add_member(&body, "scope", str_of(config->zendesk.scope));
	json_add_member_int(&body, "expires_in", LIFE_ASKED);
	buf_putc(&body, '}');

	*ret = (struct http_request){
	        .method = HTTP_POST, .reply_max = ZD_REPLY_MAX, .timeout = ZD_TIMEOUT};
	ret->url = xasprintf("%s/oauth/tokens", text_of(config->zendesk.base_url));
	http_request_add_header(ret, "Accept: application/json");
	http_request_add_header(ret, "Content-Type: application/json");
	if (auth->user_agent)
		http_request_add_header(ret, "User-Agent: %s", auth->user_agent);
	http_request_take_body(ret, &body);
}

/* The option to check, if the status or the error's name (RFC 6749 §5.2) tells; otherwise NULL. */
static const char *option_to_blame(const struct desk_answer *failure, struct str body)
{
	if (failure->kind != DESK_UNAUTHORIZED && failure->kind != DESK_BAD_REQUEST &&
	    failure->kind != DESK_FORBIDDEN)
		return NULL;
	if (str_find(body, STR("\"invalid_scope\"")) >= 0)
		return "zendesk.scope";
	return "zendesk.client_id and zendesk.client_secret";
}

/* The server's words may repeat the secret that was sent to it; they are then left out. */
static bool quotes_secret(const struct zd_auth *auth, const struct http_reply *reply,
                          const char *text)
{
	struct str secret = str_of(auth->config->zendesk.client_secret);
	return secret.len > 0 && (str_find(http_reply_body(reply), secret) >= 0 ||
	                          str_find(str_of(text), secret) >= 0);
}

static int token_refused(const struct zd_auth *auth, const struct http_reply *reply,
                         struct desk_answer *failure, struct err *err)
{
	const char *option = option_to_blame(failure, http_reply_body(reply));
	if (quotes_secret(auth, reply, failure->text))
		snprintf(failure->text, sizeof(failure->text), "Zendesk answered %d",
		         reply->status);
	if (option)
		return err_set(err, "no OAuth token, check %s: %s", option, failure->text);
	return err_set(err, "no OAuth token: %s", failure->text);
}

/* True for text that is safe in a header line: one word of visible ASCII. */
static bool is_token(struct str text)
{
	if (text.len == 0 || text.len > TOKEN_BYTES_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] <= ' ' || text.data[i] >= 0x7F)
			return false;
	return true;
}

static msec token_life(const struct json *tree)
{
	int64_t seconds;
	if (!json_int_at(tree, "expires_in", &seconds) || seconds <= 0)
		return LIFE_UNSAID;
	if (seconds > LIFE_MOST / MSEC_SECOND)
		return LIFE_MOST;
	msec life = seconds * MSEC_SECOND;
	return life < LIFE_LEAST ? LIFE_LEAST : life;
}

static int take_token(struct zd_auth *auth, const struct json *tree, msec now, struct err *err)
{
	struct str type = json_str_at(tree, "token_type");
	struct str token = json_str_at(tree, "access_token");
	if (type.data && !str_ieq(type, STR("bearer")))
		return err_set(
		        err,
		        "no OAuth token: Zendesk's reply has a `token_type` other than bearer");
	if (!is_token(token))
		return err_set(err,
		               "no OAuth token: Zendesk's reply lacks a usable `access_token`");
	wipe_secret(&auth->bearer);
	auth->bearer = xasprintf("Bearer " STR_FMT, STR_ARG(token));
	msec life = token_life(tree);
	auth->fetched_at = now;
	auth->renew_at =
	        now + life - (life / 10 < RENEW_EARLIER_MOST ? life / 10 : RENEW_EARLIER_MOST);
	return 0;
}

int zd_auth_token_reply(struct zd_auth *auth, const struct http_reply *reply, msec now,
                        struct err *err)
{
	struct desk_answer failure;
	zd_classify(reply, 0, &failure);
	if (failure.kind != DESK_FINE)
		return token_refused(auth, reply, &failure, err);
	struct err reason;
	struct json *tree = json_parse(http_reply_body(reply), &reason);
	if (!tree)
		return err_set(err, "no OAuth token: Zendesk's reply is not JSON: %s", reason.text);
	int r = take_token(auth, tree, now, err);
	json_free(tree);
	return r;
}

bool zd_auth_renew_upon_401(struct zd_auth *auth, msec sent_at)
{
	if (!auth->oauth)
		return false;
	if (!auth->bearer || sent_at < auth->fetched_at)
		return true;
	if (auth->renewed_after_401)
		return false;
	auth->renewed_after_401 = true;
	wipe_secret(&auth->bearer);
	return true;
}

void zd_auth_worked(struct zd_auth *auth)
{
	auth->renewed_after_401 = false;
}

const char *zd_auth_header_value(const struct zd_auth *auth)
{
	return auth->oauth ? auth->bearer : auth->basic;
}
