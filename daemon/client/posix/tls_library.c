/* OpenSSL, which is libcurl's library as a rule. */
#include "daemon/client/tls_library.h"

#include <openssl/ssl.h>
#include <string.h>

/* OpenSSL keeps 34 KB of record buffers with each connection, also while a model computes for
 * seconds; now it frees them whenever they are empty. */
static CURLcode on_tls_context(CURL *easy, void *context, void *arg)
{
	(void)SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	return CURLE_OK;
}

/* The context is OpenSSL's only if libcurl was built with it; another library keeps its buffers.
 * The callback does not end the sharing of the certificate store. */
void tls_library_prepare(CURL *easy)
{
	const char *library = curl_version_info(CURLVERSION_NOW)->ssl_version;

	if (library != NULL && strncmp(library, "OpenSSL/", 8) == 0)
		curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls_context);
}
