/* Which requests take a proxy, and which one. tls.proxy, when set, serves everything but this
 * machine. Otherwise HTTPS_PROXY serves https alone, as other programs understand it: not the hosts
 * of NO_PROXY, and never this machine or a private network. HTTP_PROXY and ALL_PROXY are not used;
 * a warning names them. */
#ifndef CONFIG_PROXY_H
#define CONFIG_PROXY_H

#include "config/config.h"

/* The strings are those of the configuration. */
struct config_proxy {
	const char *url;    /* scheme, host and port; NULL = there is no proxy */
	const char *login;  /* "user:password", percent-encoded; NULL = none; never to be printed */
	const char *except; /* NO_PROXY; NULL = nothing */
	bool of_the_environment; /* HTTPS_PROXY, as opposed to tls.proxy */
};

struct config_proxy config_proxy(const struct config *config);
/* True when a request to this absolute URL takes the proxy. */
bool config_proxy_serves(const struct config_proxy *proxy, struct str url);

#endif
