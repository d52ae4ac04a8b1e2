/* What libcurl's TLS library needs to be told apart from the rules, which all libraries obey. */
#ifndef DAEMON_CLIENT_TLS_LIBRARY_H
#define DAEMON_CLIENT_TLS_LIBRARY_H

#include <curl/curl.h>

void tls_library_prepare(CURL *easy);

#endif
