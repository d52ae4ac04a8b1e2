/* First contact: what the first exchange with a service means to the person who set it up, as one
 * sentence that says what happened, to what, and what to do in this installation. Both services are
 * judged here and nowhere else, for the log, the health and `ai-ticketd doctor` alike.
 *
 * Each judgement names the first step that did not pass; those before it did. Pure: it is given
 * replies and sends nothing. */
#ifndef CONTACT_CONTACT_H
#define CONTACT_CONTACT_H

#include "config/config.h"
#include "desk/desk.h"
#include "llm/llm.h"

/* In the order in which they are taken. */
enum contact_step {
	CONTACT_NAME,       /* the name of the host, or of the proxy, exists */
	CONTACT_CONNECTION, /* something answers there, and it is the service that was meant */
	CONTACT_TLS,        /* its certificate is trusted */
	CONTACT_SIGN_IN,    /* it accepts our credentials */
	CONTACT_RIGHTS,     /* with them it allows what we need */
	CONTACT_MODEL,      /* it has the model */
	CONTACT_PASSED      /* all of them passed */
};
const char *contact_step_name(enum contact_step step); /* "name" … "model", "passed" */

enum contact_verdict {
	CONTACT_FINE,
	CONTACT_AGAIN,   /* passing: the same may work a little later */
	CONTACT_SETTING, /* a setting is wrong: asking again is in vain */
	CONTACT_REFUSED, /* credentials or rights */
	CONTACT_UNPAID,  /* quota or billing */
	CONTACT_FAILED   /* anything else that a person has to look at */
};

struct contact {
	enum contact_step step;
	enum contact_verdict verdict;
	char text[512]; /* whole sentences; empty when fine */
};

struct contact_asker {
	const struct config *config;
	bool resident;  /* the service, which asks again by itself; else a run that ends */
	msec next_wall; /* resident: when it will ask again */
};

/* `answer`: what the desk's reply means; DESK_FINE is fine. */
void contact_zendesk(const struct contact_asker *asker, const struct desk_answer *answer,
                     struct contact *ret);
/* Who users/me says that we are: nobody, or a user who is no agent, is of no use. */
void contact_zendesk_user(const struct contact_asker *asker, const struct desk_user *user,
                          struct contact *ret);
/* An OAuth token was refused; `said`: Zendesk's words. */
void contact_zendesk_token(const struct contact_asker *asker, const char *said,
                           struct contact *ret);
/* `model`: the model that was asked. `others`: names of models that the service has, separated by
 * commas, "" = none; NULL = not known. */
void contact_model(const struct contact_asker *asker, struct str model,
                   const struct llm_result *result, const char *others, struct contact *ret);
/* The model answers again and again, and nothing that can be used; `said`: why not. */
void contact_model_unusable(const struct contact_asker *asker, struct str model, const char *said,
                            struct contact *ret);

#endif
