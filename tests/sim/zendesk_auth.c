/* Checks credentials: email/token and OAuth client credentials, as Zendesk does. Missing or wrong
 * credentials mean an anonymous user at users/me (status 200!) and 401 everywhere else. */
#include "parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPIRES_MIN 300 /* both excluded */
#define EXPIRES_MAX 172800

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_decode(struct str text, struct buf *out)
{
	unsigned bits = 0, have = 0;
	while (text.len && text.data[text.len - 1] == '=')
		text.len--;
	for (size_t i = 0; i < text.len; i++) {
		int digit = base64_digit(text.data[i]);
		if (digit < 0)
			return false;
		bits = bits << 6 | (unsigned)digit;
		have += 6;
		if (have >= 8) {
			have -= 8;
			buf_putc(out, (char)(bits >> have & 0xff));
		}
	}
	return true;
}

enum standing { LET_IN, ANONYMOUS, MALFORMED, EXPIRED };

static enum standing basic_standing(const struct world *world, struct str encoded)
{
	struct buf plain;
	buf_init(&plain, 4096);
	bool decoded = base64_decode(encoded, &plain);
	ptrdiff_t cut = str_find(buf_str(&plain), STR("/token:"));
	enum standing standing = LET_IN;
	if (!decoded || cut <= 0) {
		standing = MALFORMED;
	} else {
		struct str email = str_make(plain.data, (size_t)cut);
		struct str token = str_skip(buf_str(&plain), (size_t)cut + strlen("/token:"));
		struct str wanted = str_of(world->options.credentials);
		struct str wanted_email = str_split(&wanted, ':');
		if (!token.len || (world->options.credentials &&
		                   (!str_eq(email, wanted_email) || !str_eq(token, wanted))))
			standing = ANONYMOUS;
	}
	buf_free(&plain);
	return standing;
}

static struct oauth_token *find_token(struct world *world, struct str value)
{
	for (size_t i = 0; i < world->zendesk.token_count; i++)
		if (str_eq(str_of(world->zendesk.tokens[i].value), value))
			return &world->zendesk.tokens[i];
	return NULL;
}

static enum standing standing_of(struct world *world, struct str authorization,
                                 struct oauth_token **ret_token)
{
	*ret_token = NULL;
	if (str_istarts(authorization, STR("Basic ")))
		return basic_standing(world, str_trim(str_skip(authorization, 6)));
	if (!str_istarts(authorization, STR("Bearer ")))
		return ANONYMOUS;
	*ret_token = find_token(world, str_trim(str_skip(authorization, 7)));
	return *ret_token && (*ret_token)->expires > server_second(world) ? LET_IN : EXPIRED;
}

/* "read" is satisfied by "read" and, for tickets, by "tickets:read". */
static bool scope_allows(const struct oauth_token *token, const char *scope)
{
	struct str rest = str_of(token->scope);
	char narrow[32];
	snprintf(narrow, sizeof(narrow), "tickets:%s", scope);
	while (rest.len) {
		struct str word = str_split(&rest, ' ');
		if (str_eq(word, str_of(scope)) || str_eq(word, str_of(narrow)))
			return true;
	}
	return false;
}

bool zendesk_let_in(struct world *world, const struct world_request *request, const char *scope,
                    bool anonymous_ok, bool *ret_anonymous, struct world_answer *answer)
{
	struct oauth_token *token;
	enum standing standing = standing_of(world, request->authorization, &token);
	*ret_anonymous = standing == ANONYMOUS && anonymous_ok && !world->options.refuse_with_401;
	if (*ret_anonymous)
		return true;
	if (standing == EXPIRED) {
		answer_json(answer, 401);
		buf_puts(&answer->body,
		         "{\"error\":\"invalid_token\",\"error_description\":\"The access token "
		         "provided is "
		         "expired, revoked, malformed or invalid for other reasons.\"}");
		return false;
	}
	if (standing != LET_IN) {
		answer_json(answer, 401);
		buf_puts(&answer->body, "{\"error\":\"Couldn't authenticate you\"}");
		return false;
	}
	if (token && !scope_allows(token, scope)) {
		char text[120];
		snprintf(text, sizeof(text), "You are missing the following required scopes: %s",
		         scope);
		answer_error(answer, 403, "Forbidden", text);
		return false;
	}
	return true;
}

static void add_token(struct world *world, const char *scope, int64_t expires_in,
                      struct world_answer *answer)
{
	struct zendesk *zendesk = &world->zendesk;
	zendesk->tokens =
	        xrealloc(zendesk->tokens, (zendesk->token_count + 1) * sizeof(*zendesk->tokens));
	struct oauth_token *token = &zendesk->tokens[zendesk->token_count++];
	snprintf(token->value, sizeof(token->value), "%016llx%016llx",
	         (unsigned long long)prng_u64(&world->chance),
	         (unsigned long long)prng_u64(&world->chance));
	token->scope = xstrdup(scope);
	token->expires = server_second(world) + expires_in;
	answer_json(answer, 201);
	buf_puts(&answer->body, "{");
	json_add_member(&answer->body, "access_token", str_of(token->value));
	json_add_member(&answer->body, "token_type", STR("bearer"));
	json_add_member(&answer->body, "scope", str_of(scope));
	json_add_member_int(&answer->body, "expires_in", expires_in);
	buf_puts(&answer->body, "}");
}

static bool client_known(const struct world *world, const struct json *body)
{
	struct str id = json_str_at(body, "client_id"), secret = json_str_at(body, "client_secret");
	if (!id.len || !secret.len)
		return false;
	if (!world->options.oauth_client)
		return true;
	struct str wanted = str_of(world->options.oauth_client);
	struct str wanted_id = str_split(&wanted, ':');
	return str_eq(id, wanted_id) && str_eq(secret, wanted);
}

void zendesk_token(struct world *world, const struct world_request *request,
                   struct world_answer *answer)
{
	struct json *body = json_parse(request->body, NULL);
	int64_t expires_in = 1800;
	bool expires_given = json_int_at(body, "expires_in", &expires_in);
	if (!str_eq(json_str_at(body, "grant_type"), STR("client_credentials"))) {
		answer_json(answer, 400);
		buf_puts(&answer->body, "{\"error\":\"unsupported_grant_type\",\"error_"
		                        "description\":\"The authorization "
		                        "grant type is not supported\"}");
	} else if (!client_known(world, body)) {
		answer_json(answer, 401);
		buf_puts(&answer->body, "{\"error\":\"invalid_client\",\"error_description\":"
		                        "\"Client authentication "
		                        "failed\"}");
	} else if (expires_given && (expires_in <= EXPIRES_MIN || expires_in >= EXPIRES_MAX)) {
		answer_json(answer, 400);
		buf_puts(&answer->body, "{\"error\":\"invalid_request\",\"error_description\":"
		                        "\"expires_in out of range\"}");
	} else {
		struct str scope = json_str_at(body, "scope");
		char *asked = xmemdup0(scope.len ? scope.data : "read", scope.len ? scope.len : 4);
		add_token(world, world->options.oauth_scope ? world->options.oauth_scope : asked,
		          expires_in, answer);
		free(asked);
	}
	json_free(body);
}

void zendesk_token_current(struct world *world, const struct world_request *request,
                           struct world_answer *answer)
{
	struct oauth_token *token;
	if (standing_of(world, request->authorization, &token) != LET_IN || !token) {
		answer_error(answer, 404, "RecordNotFound", "Not found");
		return;
	}
	char when[CLOCK_ISO_SIZE];
	clock_format_iso(token->expires * MSEC_SECOND, when);
	answer_json(answer, 200);
	buf_printf(&answer->body, "{\"token\":{\"expires_at\":\"%s\"}}", when);
}

void zendesk_revoke_tokens(struct world *world)
{
	for (size_t i = 0; i < world->zendesk.token_count; i++)
		free(world->zendesk.tokens[i].scope);
	world->zendesk.token_count = 0;
}
