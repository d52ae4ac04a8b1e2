/* The model client: one endpoint and one model in use, what was learned about them, and what their
 * replies can mean. */
#ifndef LLM_CLIENT_H
#define LLM_CLIENT_H

#include "base/http.h"
#include "config/config.h"
#include "llm/answer.h"
#include "llm/profile.h"
#include "llm/prompt.h"

#define LLM_REPLY_MAX (1024 * 1024)
#define LLM_WORDS_MAX 8192

struct llm_protocol;
struct group_answers;
struct llm_client {
	const struct config *config;
	const struct llm_protocol *protocol; /* NULL: the provider `rules`, no model is asked */
	char *base;                          /* base URL, without a slash at the end */
	/* in use: llm.model or one of llm.fallback_models */
	char *model;
	size_t fallbacks_used;
	unsigned models_used; /* grows with each change of `model` */
	struct llm_profile profile;
	unsigned refused; /* enum llm_param bits that the endpoint refused */
	bool hosted;      /* OpenAI's own host */
	/* nobody reads how sure the model is, so it is not asked */
	bool unsure;
	/* The parts of a request body that are the same for every ticket, before and after the user
	 * message. */
	struct buf body_head, body_tail;
};
/* Puts another model in use, and forgets which parameters were refused. */
void llm_client_use(struct llm_client *client, struct str model);
/* The parameters that requests carry (enum llm_param bits). */
unsigned llm_client_params(const struct llm_client *client);
/* Builds body_head and body_tail again, because the model or the refused parameters have
 * changed. */
void llm_client_prepare(struct llm_client *client);
/* The endpoint has refused these parameters (enum llm_param bits); they are left out from now
 * on. */
void llm_client_refuse(struct llm_client *client, unsigned params);

/* What a request carried. Many requests are in flight, so a reply that refuses a parameter or a
 * model may be about something that was changed meanwhile; only this tells. Kept with the request
 * and given to llm_read_chat(). */
struct llm_sent {
	unsigned params; /* enum llm_param bits */
	/* number of the model that was asked, among those the client has used */
	unsigned models_used;
	/* name of that model, borrowed from the client: copy it to keep it */
	struct str model;
	const char *prompt; /* version of the prompt; static */
};

enum llm_verdict {
	LLM_ANSWERED,
	LLM_BAD_ANSWER, /* no valid analysis: repeat with a reminder; uses up an attempt */
	/* 408, 409, 5xx, 52x, 529, broken connection, timeout: uses up an attempt */
	LLM_TRY_AGAIN,
	LLM_LIMITED, /* 429 with a wait in a header: uses up no attempt */
	/* slow_down, 429 without such a wait, Ollama's full queue: shrink the window, repeat */
	LLM_SLOW_DOWN,
	/* the request would now be built differently from the one sent: a parameter was refused and
	 * is now left out, json_schema gave way to json_object, or the model was replaced. Repeat
	 * at once. Bounded, because each parameter of each model is refused at most once */
	LLM_REPEAT_NOW,
	LLM_TOO_LONG, /* shorten the ticket text and repeat once */
	LLM_DECLINED, /* refusal, content filter: final for this ticket, which rules decide */
	/* The request was refused. If that is the service's fault and not the ticket's, which
	 * guard/blame.h decides: */
	LLM_NO_MODEL,     /* model_not_found: next fallback model, or halt */
	LLM_NO_ENTRY,     /* 401, 403: halt */
	LLM_NO_MONEY,     /* billing: halt and alert */
	LLM_MISCONFIGURED /* redirect, TLS, a 400 that no adaptation helps: halt */
};

struct llm_result {
	enum llm_verdict verdict;
	enum http_result result;
	int status; /* HTTP status, or the one inside the error of a 200 reply; 0 = none */
	/* Of a refusal: a code of the closed list in failure_judge.c says that the service refuses
	 * us, or there was no secure connection; false: only the status says so. */
	bool named;
	uint64_t likeness; /* equal for refusals with the same status and code */
	msec retry_after;  /* span; -1 = not said */
	bool timed_out;
	bool cut;                /* LLM_BAD_ANSWER because the answer ends in the middle */
	bool counts_for_breaker; /* connection errors, timeouts, 5xx */
	/* for people: at most 200 bytes of the server's own words, with our key masked. A server
	 * may quote the request, so redact before logging. */
	char text[256];
	/* What the model wrote, at most LLM_WORDS_MAX bytes, in the arena; empty when it wrote
	 * nothing. It may quote the ticket and the person who wrote it: redact before keeping
	 * it. */
	struct str words;
	/* LLM_ANSWERED only; strings in the arena: */
	struct answer answer; /* json is empty */
	/* where the answers to several tickets go (group.h); NULL: the request held one */
	struct group_answers *group;
	struct str model_version;
	int64_t tokens_prompt, tokens_answer;
	int64_t tokens_cached; /* of tokens_prompt: what the server had in its cache */
	struct confidence confidence;
	/* Rate-limit headers, -1 = not said; the resets are spans: */
	int64_t requests_remaining, tokens_remaining;
	msec requests_reset, tokens_reset;
};

struct llm_models {
	/* LLM_ANSWERED: the key was accepted (or 404, which proves nothing) */
	enum llm_verdict verdict;
	bool listed;            /* the model in use is in the list */
	bool list_known;        /* the reply was a list at all */
	char shutdown_date[12]; /* "2027-01-14" of the model in use, or "" */
	enum http_result result;
	int status; /* as above */
	/* the first few names of a known list, separated by commas */
	char others[120];
	msec retry_after;
	char text[256];
};

#endif
