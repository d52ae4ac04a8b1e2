/* Any bytes as ai-ticketd.conf. */
#include "config_promises.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config *config = config_new();
	struct config_problems problems;

	config_problems_init(&problems);
	config_read_file(config, "fuzz.conf", str_make((const char *)data, size), &problems);
	add_credentials(config, &problems);
	/* In a higher layer, so that what was read is not checked twice against the same missing
	 * account. */
	if (!config->zendesk.base_url[0])
		add_variable(config, &problems, "ZENDESK_SUBDOMAIN", "acme");
	finish_and_check(config, &problems);
	config_problems_free(&problems);
	config_free(config);
	return 0;
}
