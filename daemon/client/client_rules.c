/* Translates options of section tls. */
#include "daemon/client/client_rules.h"

/* Converts the pins from the configuration's form "a, b" to libcurl's "a;b". NULL when there
 * are none; to be freed. */
static char *pins_of(const char *list)
{
	char *to;

	if (list == NULL || list[0] == '\0')
		return NULL;
	char *pins = to = xstrdup(list);
	for (const char *from = list; *from != '\0'; from++)
		if (*from != ' ')
			*to++ = *from == ',' ? ';' : *from;
	*to = '\0';
	return pins;
}

char *client_rules(const struct config *config, const char *ca_file, struct transfer_rules *ret)
{
	char *pins = pins_of(config->tls.pins);

	*ret = (struct transfer_rules){
	        .ca_file = ca_file,
	        .pins = pins,
	        .proxy = config_proxy(config),
	        .tls_1_2 = config->tls.min == TLS_1_2,
	};
	return pins;
}
