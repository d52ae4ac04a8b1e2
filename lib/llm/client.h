/* One endpoint and one model in use, what was learned about them, and what a reply of theirs may
 * mean. */
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
struct llm_client {
	const struct config *config;
	const struct llm_protocol *protocol; /* NULL: no model is asked */
	char *base;                          /* no slash at the end */
	/* in use now: llm.model or one of llm.fallback_models */
	char *model;
	size_t fallbacks_used;
	unsigned models_used; /* grows with each change of `model` */
	struct llm_profile profile;
	unsigned refused; /* enum llm_param bits the endpoint answered 400 to */
	bool hosted;      /* OpenAI's own host */
	/* The parts of a request body that are the same for every ticket: before and after the user
	 * message. */
	struct buf body_head, body_tail;
};
/* Another model is in use. */
void llm_client_use(struct llm_client *client, struct str model);
/* What stands before and behind the user message is made anew: the model or what it refuses has
 * changed. */
void llm_client_prepare(struct llm_client *client);
/* The endpoint takes these parameters (enum llm_param bits) no more. */
void llm_client_refuse(struct llm_client *client, unsigned params);

/* What a request carried. Many are in flight: when a reply names a refused parameter or a missing
 * model, only this tells news from an echo of what was learned meanwhile. Kept with the request,
 * handed to llm_read_chat. */
struct llm_sent {
	unsigned params; /* enum llm_param bits */
	/* which model it asked: its number among those the client has used … */
	unsigned models_used;
	/* … and its name. Borrowed from the client: whoever keeps this copies the name */
	struct str model;
};

enum llm_verdict {
	LLM_ANSWERED,
	LLM_BAD_ANSWER, /* no valid analysis in it: repeat with a reminder; uses up an attempt */
	/* 408, 409, 5xx, 52x, 529, broken connection, time-out: uses up an attempt */
	LLM_TRY_AGAIN,
	LLM_LIMITED, /* 429 with a wait: no attempt used up */
	/* slow_down, 429 without a wait, Ollama's full queue: shrink the window, repeat */
	LLM_SLOW_DOWN,
	/* the request as it would be made now differs from the one sent: a parameter was refused
	 * and is now left out, json_schema gave way to json_object, the model was replaced. Repeat
	 * at once. Bounded: each parameter of each model is refused once at most */
	LLM_REPEAT_NOW,
	LLM_TOO_LONG,     /* shorten the ticket text, repeat once */
	LLM_DECLINED,     /* refusal, content filter: final for this ticket; rules answer */
	LLM_NO_MODEL,     /* 404 model_not_found: next fallback model, or halt */
	LLM_NO_ENTRY,     /* 401, 403: halt */
	LLM_NO_MONEY,     /* billing: halt and alert */
	LLM_MISCONFIGURED /* redirect, TLS, 400 that no adaptation helps: halt */
};

struct llm_result {
	enum llm_verdict verdict;
	msec retry_after; /* -1 = not said */
	bool timed_out;
	bool counts_for_breaker; /* connection errors, time-outs, 5xx */
	/* for a person: at most 200 bytes of the server's own words, our key masked. A server may
	 * quote the request, so redact before logging */
	char text[256];
	/* What the model wrote, at most LLM_WORDS_MAX bytes, in the arena; empty when it wrote
	 * nothing. It may quote the ticket and the person who wrote it: redact before keeping
	 * it. */
	struct str words;
	/* LLM_ANSWERED only; strings in the arena: */
	struct answer answer; /* json is empty */
	struct str model_version;
	int64_t tokens_prompt, tokens_answer;
	struct confidence confidence;
	/* Rate headers of model services, -1 = not said: */
	int64_t requests_remaining, tokens_remaining;
	msec requests_reset, tokens_reset;
};

struct llm_models {
	enum llm_verdict verdict; /* LLM_ANSWERED = let in (or 404: proves nothing) */
	bool listed;              /* the model in use is in the list */
	bool list_known;          /* the reply was a list at all */
	char shutdown_date[12];   /* "2027-01-14" of the model in use, or "" */
	msec retry_after;
	char text[256];
};

#endif
