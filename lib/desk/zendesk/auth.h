/* Credentials for Zendesk: OAuth client credentials (fetched, renewed before expiry and once upon a
 * 401) or email/token. Holds the access token; says when a new one is needed; builds the header.
 * Source: the vendor's reference, POST /oauth/tokens with grant_type client_credentials; expires_in
 * must lie between 300 and 172800 s, both excluded.
 *
 *     if (zd_auth_needs_token(auth, now))      send zd_auth_token_request, hand its reply to
 *                                              zd_auth_token_reply
 *     if (zd_auth_header_value(auth))          requests can be built, also while a new token is on
 *                                              its way
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
	msec fetched_at;        /* monotonic: when `bearer` came */
	msec renew_at;          /* monotonic: fetch a new one from here on */
	bool renewed_after_401; /* one renewal per 401; cleared by the next good answer */
	const struct config *config;
	const char *user_agent; /* borrowed from the client; NULL = none is sent */
};

/* OAuth when client_id is set */
void zd_auth_init(struct zd_auth *auth, const struct config *config);
void zd_auth_free(struct zd_auth *auth); /* wipes */
bool zd_auth_needs_token(const struct zd_auth *auth, msec now);
void zd_auth_token_request(const struct zd_auth *auth, struct http_request *ret);
/* 0 and the token is in place; -1 with the reason (which never quotes the secret) when the reply is
 * no token: the old one stays. zd_classify on the same reply says whether another try can help.
 *
 * The token is renewed a tenth of its life before it ends, at most 5 minutes. Without a believable
 * expires_in (absent, no integer, zero, negative) it is taken to live 30 minutes; more than 2 days
 * counts as 2 days, less than a minute as one: should it die earlier, a 401 says so. */
int zd_auth_token_reply(struct zd_auth *auth, const struct http_reply *reply, msec now,
                        struct err *err) MUST_CHECK;
/* After a 401 to a request that left at `sent_at` (monotonic). True: repeat the request once there
 * is a token; the refused one was dropped, unless it had been replaced since. False: the
 * credentials are wrong. Many requests in flight may all be refused for the same old token: that is
 * one renewal. */
bool zd_auth_renew_upon_401(struct zd_auth *auth, msec sent_at);
void zd_auth_worked(struct zd_auth *auth); /* a request was let in */
/* value of Authorization; NULL when there is none yet */
const char *zd_auth_header_value(const struct zd_auth *auth);

#endif
