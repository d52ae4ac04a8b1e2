/* Credentials for Zendesk: OAuth client credentials (fetched, renewed before expiry and once upon a 401) or email/token. Holds
 * the access token; says when a new one is needed; builds the header. Source: reference on the vendor's API, POST
 * /oauth/tokens with grant_type client_credentials; expires_in must lie between 300 and 172800 s, both excluded. */
#ifndef ZENDESK_AUTH_H
#define ZENDESK_AUTH_H

#include "base/http.h"
#include "config/config.h"

struct zd_auth {
	bool oauth;
	char *basic;            /* "Basic …" value of email/token; NULL with OAuth */
	char *bearer;           /* "Bearer …" value; NULL until fetched */
	msec renew_at;          /* monotonic: fetch a new one from here on */
	bool renewed_after_401; /* one renewal per 401; cleared by the next good answer */
	const struct config *config;
};

void zd_auth_init(struct zd_auth *auth, const struct config *config); /* OAuth when client_id is set */
void zd_auth_free(struct zd_auth *auth);                              /* wipes */
bool zd_auth_needs_token(const struct zd_auth *auth, msec now);
void zd_auth_token_request(const struct zd_auth *auth, struct http_request *ret);
/* 0 and the token is in place; -1 with the reason (which never quotes the secret) when the reply is no token. */
int zd_auth_token_reply(struct zd_auth *auth, const struct http_reply *reply, msec now, struct err *err) MUST_CHECK;
/* After a 401: true = drop the token, fetch another and repeat the request; false = the credentials are wrong. */
bool zd_auth_renew_upon_401(struct zd_auth *auth);
void zd_auth_worked(struct zd_auth *auth);                    /* a request was let in */
const char *zd_auth_header_value(const struct zd_auth *auth); /* value of Authorization; NULL when there is none yet */

#endif
