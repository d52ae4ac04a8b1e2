/* First contact with Zendesk. A subdomain of nobody answers 404 with a page, wrong credentials are
 * answered with 401 or as an anonymous user with 200, a suspended account with 403. */
#include <stdio.h>

#include "contact/contact.h"

#include "contact/contact_parts.h"

/* Zendesk's announcement: API tokens end on this day. */
#define TOKENS_END "2027-04-30"

/* "zendesk.subdomain (acme)" */
static void add_address_option(struct contact *ret, const struct config *config)
{
	bool subdomain = config->zendesk.subdomain[0] != '\0';

	contact_add(ret, "zendesk.%s (%s)", subdomain ? "subdomain" : "base_url",
	            subdomain ? config->zendesk.subdomain : config->zendesk.base_url);
}

static void judge_no_host(const struct contact_asker *asker, const struct desk_answer *answer,
                          struct contact *ret)
{
	const struct config_zendesk *zendesk = &asker->config->zendesk;
	bool subdomain = zendesk->subdomain[0] != '\0';

	contact_no_host(ret, asker, answer->text, zendesk->base_url,
	                subdomain ? "zendesk.subdomain" : "zendesk.base_url",
	                subdomain ? zendesk->subdomain : zendesk->base_url);
}

/* `how`: the status, or what stood in its place. */
static void judge_sign_in(const struct contact_asker *asker, const char *how, struct contact *ret)
{
	const struct config_zendesk *zendesk = &asker->config->zendesk;
	bool oauth = zendesk->client_id[0] != '\0';

	contact_set(ret, CONTACT_SIGN_IN, CONTACT_REFUSED, "Zendesk refused the sign-in (%s).",
	            how);
	if (oauth)
		contact_add(ret,
		            " Check zendesk.client_id, zendesk.client_secret and zendesk.scope, "
		            "and whether the OAuth client is still there (Admin Center, Apps and "
		            "integrations, APIs).");
	else
		contact_add(ret, " Check zendesk.email and zendesk.api_token, and whether token "
		                 "access is on (Admin Center, Apps and integrations, Zendesk API). "
		                 "API tokens end on " TOKENS_END
		                 "; for OAuth see client_id in man ai-ticketd.conf.");
	contact_add_remedy(ret, asker, oauth ? "zendesk.client_secret" : "zendesk.api_token");
}

static void judge_suspended(const struct contact_asker *asker, struct contact *ret)
{
	contact_set(ret, CONTACT_RIGHTS, CONTACT_REFUSED,
	            "Zendesk says the account is suspended (403).");
	if (asker->resident)
		contact_add_next(ret, asker);
	else
		contact_add(ret, " Only its owner can change that, with Zendesk.");
}

static void judge_forbidden(const struct contact_asker *asker, const struct desk_answer *answer,
                            struct contact *ret)
{
	struct str said = str_sentence(answer->text);

	if (answer->suspended) {
		judge_suspended(asker, ret);
		return;
	}
	contact_set(ret, CONTACT_RIGHTS, CONTACT_REFUSED, STR_FMT ".", STR_ARG(said));
	if (answer->scope)
		contact_add(ret, " The OAuth client must be allowed that scope too.");
	else
		contact_add(ret, " The Zendesk user of this service needs the role of an agent who "
		                 "may read and update tickets.");
}

static void judge_not_zendesk(const struct contact_asker *asker, const struct desk_answer *answer,
                              struct contact *ret)
{
	const struct config_zendesk *zendesk = &asker->config->zendesk;

	contact_set(ret, CONTACT_CONNECTION, CONTACT_SETTING,
	            "%s is not a Zendesk account (%d). Check zendesk.%s.", zendesk->base_url,
	            answer->status, zendesk->subdomain[0] ? "subdomain" : "base_url");
}

static void judge_redirect(const struct contact_asker *asker, const struct desk_answer *answer,
                           struct contact *ret)
{
	struct str said = str_sentence(answer->text);

	contact_set(ret, CONTACT_CONNECTION, CONTACT_SETTING, STR_FMT ". Check ", STR_ARG(said));
	add_address_option(ret, asker->config);
	contact_add(ret, ".");
}

void contact_zendesk(const struct contact_asker *asker, const struct desk_answer *answer,
                     struct contact *ret)
{
	struct str said = str_sentence(answer->text);
	char status[16];

	snprintf(status, sizeof(status), "%d", answer->status);
	if (answer->no_host) {
		judge_no_host(asker, answer, ret);
		return;
	}
	switch (answer->kind) {
	case DESK_FINE: *ret = (struct contact){.step = CONTACT_PASSED}; break;
	case DESK_TLS:
		contact_no_tls(ret, "Zendesk", asker->config->zendesk.base_url, answer->text);
		break;
	case DESK_UNAUTHORIZED: judge_sign_in(asker, status, ret); break;
	case DESK_FORBIDDEN: judge_forbidden(asker, answer, ret); break;
	case DESK_NOT_FOUND: judge_not_zendesk(asker, answer, ret); break;
	case DESK_REDIRECT: judge_redirect(asker, answer, ret); break;
	case DESK_RETRY:
	case DESK_LIMITED:
		contact_set(ret, CONTACT_CONNECTION, CONTACT_AGAIN,
		            "Zendesk does not answer: " STR_FMT ".", STR_ARG(said));
		break;
	case DESK_CONFLICT:
	case DESK_REFUSED:
	case DESK_TOO_LARGE:
	case DESK_BAD_REQUEST:
		contact_set(ret, CONTACT_CONNECTION, CONTACT_FAILED, STR_FMT ".", STR_ARG(said));
		break;
	}
}

void contact_zendesk_user(const struct contact_asker *asker, const struct desk_user *user,
                          struct contact *ret)
{
	*ret = (struct contact){.step = CONTACT_PASSED};
	if (user->id == 0)
		judge_sign_in(asker, "it answered as to an anonymous user", ret);
	else if (!user->agent)
		contact_set(ret, CONTACT_RIGHTS, CONTACT_REFUSED,
		            "The Zendesk user %llu is neither agent nor administrator and cannot "
		            "work on tickets. Give it the role of an agent, or use another user.",
		            (unsigned long long)user->id);
}

void contact_zendesk_token(const struct contact_asker *asker, const char *said, struct contact *ret)
{
	struct str words = str_sentence(said);

	contact_set(ret, CONTACT_SIGN_IN, CONTACT_REFUSED,
	            "Zendesk refused the OAuth client: " STR_FMT
	            ". Check zendesk.client_id, zendesk.client_secret and zendesk.scope.",
	            STR_ARG(words));
	contact_add_remedy(ret, asker, "zendesk.client_secret");
}
