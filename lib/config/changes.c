/* What differs between two configurations, and which of the differences a running process can take
 * over.
 *
 * An option takes effect on reload when its row in the table says so, and when the service it
 * belongs to stays: credentials are for one account, a model and its limits for one service. While
 * a new address waits for a restart, so do these options; otherwise the old service would be asked
 * with the names and keys of the new one. */
#include "config/value.h"

#include <string.h>

static bool option_differs(const struct config *a, const struct config *b, enum option_index index)
{
	return !value_same(a, b, &options[index]);
}

static bool of_account(enum option_index index)
{
	return index == OPTION_zendesk_client_id || index == OPTION_zendesk_client_secret ||
	       index == OPTION_zendesk_scope || index == OPTION_zendesk_email ||
	       index == OPTION_zendesk_api_token;
}

/* How long a model may take has another default with each provider. */
static bool of_service(enum option_index index)
{
	return strcmp(options[index].section, "llm") == 0 || index == OPTION_alerts_p95_latency ||
	       index == OPTION_alerts_slow_processing;
}

static bool takes_effect(const struct config *from, const struct config *to,
                         enum option_index index)
{
	bool account_stays = !option_differs(from, to, OPTION_zendesk_base_url);
	bool service_stays = !option_differs(from, to, OPTION_llm_provider) &&
	                     !option_differs(from, to, OPTION_llm_base_url);

	if (!(options[index].flags & RELOAD))
		return false;
	if (of_account(index))
		return account_stays;
	return !of_service(index) || service_stays;
}

void config_changes(const struct config *from, const struct config *to,
                    void (*each)(void *arg, const char *dotted, bool takes_effect), void *arg)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (option_differs(from, to, (enum option_index)i))
			each(arg, options[i].dotted, takes_effect(from, to, (enum option_index)i));
}

void config_keep(struct config *to, const struct config *from)
{
	bool keep[OPTION_COUNT];

	for (size_t i = 0; i < OPTION_COUNT; i++)
		keep[i] = option_differs(from, to, (enum option_index)i) &&
		          !takes_effect(from, to, (enum option_index)i);
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (keep[i])
			value_copy(to, from, &options[i]);
}
