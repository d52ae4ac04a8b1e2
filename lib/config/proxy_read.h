/* Reading the variables that name proxies, a part of reading the configuration. Private to
 * lib/config. */
#ifndef CONFIG_PROXY_READ_H
#define CONFIG_PROXY_READ_H

#include "config/notes.h"

/* False: the variable names no proxy. */
bool proxy_read_variable(struct config *config, enum config_origin origin, const char *label,
                         struct str name, struct str value, struct config_problems *problems);
/* tls.proxy must be final: HTTPS_PROXY takes its place when it is not set. */
void proxy_finish(struct config *config, struct config_problems *problems);

#endif
