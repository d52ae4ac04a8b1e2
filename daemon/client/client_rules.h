/* What the configuration says about connections, as rules of a client. */
#ifndef DAEMON_CLIENT_CLIENT_RULES_H
#define DAEMON_CLIENT_CLIENT_RULES_H

#include "daemon/client/transfer.h"

/* `ca_file`: bundle of trusted roots, may be NULL; borrowed, like the strings of the configuration.
 * Returns the pins as the rules hold them, to be freed after the client was made; may be NULL. */
char *client_rules(const struct config *config, const char *ca_file,
                   struct transfer_rules *ret) MUST_CHECK;

#endif
