/* Schannel, the TLS of Windows. It asks whether a certificate was revoked, and refuses the
 * connection when nobody answers, which is usual behind a firewall: so no answer counts as no. */
#include "daemon/client/tls_library.h"

void tls_library_prepare(CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_SSL_OPTIONS, (long)CURLSSLOPT_REVOKE_BEST_EFFORT);
}
