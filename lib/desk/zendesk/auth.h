/* Credentials for Zendesk: OAuth client credentials (fetched, renewed before they expire and once
 * upon a 401) or email and API token. Holds the access token, says when a new one is needed, and
 * gives the value of the Authorization header. Source: the vendor's reference, POST /oauth/tokens
 * with grant_type client_credentials; expires_in must lie between 300 and 172800 s, both excluded.
 *
 *     if (zd_auth_needs_token(auth, now))      send zd_auth_token_request, give its reply to
 *                                              zd_auth_token_reply
 *     if (zd_auth_header_value(auth))          requests can be built, even while a new token is
 *                                              being fetched
 *     upon a 401                               zd_auth_renew_upon_401 says whether to fetch a token
 *                                              and send again */
#ifndef DESK_ZENDESK_AUTH_H
#define DESK_ZENDESK_AUTH_H

#include "base/http.h"
#include "config/config.h"

struct zd_auth {
	bool oauth;
	char *basic;            /* "Basic …" value of email/token; NULL with OAuth */
	char *bearer;           /* "Bearer …" value; NULL until fetched */
	msec fetched_at;        /* monotonic: when `bearer` arrived */
	msec renew_at;          /* monotonic: from then on a new one is fetched */
	bool renewed_after_401; /* one renewal per 401; cleared by the next good answer */
	const struct config *config;
	const char *user_agent; /* borrowed from the client; NULL = no such header is sent */
};

/* Uses OAuth when zendesk.client_id is set. Keeps `config`, which must outlive it. */
void zd_auth_init(struct zd_auth *auth, const struct config *config);
/* Wipes the secrets and frees them. */
void zd_auth_free(struct zd_auth *auth);
bool zd_auth_needs_token(const struct zd_auth *auth, msec now);
/* Fills in a request that the caller frees; OAuth only. */
void zd_auth_token_request(const struct zd_auth *auth, struct http_request *ret);
/* 0: the token is in place. -1 with the reason (which never quotes the secret): the reply holds no
 * token, and the old one stays. zd_classify on the same reply says whether another try can help.
 *
 * The token is renewed a tenth of its life before it expires, at most 5 minutes. Without a usable
 * expires_in (absent, no integer, zero, negative) its life is taken to be 30 minutes; more than 2
 * days counts as 2 days, less than a minute as one minute. If it expires earlier, a 401 says so. */
int zd_auth_token_reply(struct zd_auth *auth, const struct http_reply *reply, msec now,
                        struct err *err) MUST_CHECK;
/* Handles a 401 to a request that was sent at `sent_at` (monotonic). True: repeat the request when
 * there is a token; the refused one was dropped, unless it had been replaced since. False: the
 * credentials are wrong. Many requests in flight may be refused for the same old token: that makes
 * one renewal. */
bool zd_auth_renew_upon_401(struct zd_auth *auth, msec sent_at);
/* A request was accepted: a later 401 may renew the token again. */
void zd_auth_worked(struct zd_auth *auth);
/* Value of the Authorization header, valid until the next change; NULL when there is no token
 * yet. */
const char *zd_auth_header_value(const struct zd_auth *auth);

#endif
