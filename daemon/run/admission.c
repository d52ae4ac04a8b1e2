/* Hands the tokens of the settings to the gates, and tells of wrong ones in the log. */
#include "daemon/run/admission.h"

#include <string.h>

#include "daemon/run/state.h"
#include "daemon/system/clock.h"

#define LINE_MS (10 * MSEC_SECOND) /* whoever guesses must not fill the log */

void admission_reload(struct app *app)
{
	const struct access *access = &app->settings->access;
	struct tokens *tokens = &app->admission.tokens;

	_Static_assert(ACCESS_TOKENS_MAX <= TOKENS_MAX, "all tokens have a place");
	_Static_assert(ACCESS_NAME_MAX < HTTP_TOKEN_NAME_SIZE, "all names have a place");
	tokens->count = access->count;
	for (size_t i = 0; i < access->count; i++) {
		const struct access_token *from = &access->tokens[i];
		struct token *to = &tokens->list[i];

		memcpy(to->name, from->name, sizeof(from->name));
		memcpy(to->digest, from->digest, sizeof(to->digest));
		to->may = from->command ? RIGHT_ORDER : RIGHT_READ;
	}
}

static void on_wrong_token(void *arg, const struct http_peer *peer)
{
	struct app *app = arg;
	struct admission *admission = &app->admission;
	msec now = clock_now().mono;

	admission->wrong_tokens++;
	if (admission->said != 0 && now - admission->said < LINE_MS)
		return;
	textlog_printf(app->log, LEVEL_WARNING,
	               "%llu %s with a wrong token refused; the last one came from %s",
	               (unsigned long long)admission->wrong_tokens,
	               str_plural(admission->wrong_tokens, "request", "requests"), peer->address);
	admission->said = now;
	admission->wrong_tokens = 0;
}

struct gates admission_start(struct app *app)
{
	struct admission *admission = &app->admission;

	admission_reload(app);
	guesses_start(&admission->guesses, &app->loop);
	return (struct gates){.tokens = &admission->tokens,
	                      .guesses = &admission->guesses,
	                      .wrong_token = on_wrong_token,
	                      .arg = app};
}

bool admission_has_token(const struct app *app)
{
	return app->admission.tokens.count > 0;
}

const struct token *admission_token(const struct app *app, const char *name)
{
	return tokens_named(&app->admission.tokens, name);
}

bool admission_still(const struct app *app, const struct token *held, enum right needed)
{
	return tokens_still(&app->admission.tokens, held, needed);
}

void admission_close(struct app *app)
{
	guesses_close(&app->admission.guesses);
}
