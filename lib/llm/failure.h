/* Errors of model services. Each family of servers words them differently; here they become one
 * struct (failure.c), and the struct a verdict (failure_judge.c). */
#ifndef LLM_FAILURE_H
#define LLM_FAILURE_H

#include "base/json.h"
#include "llm/client.h"

/* a server may ask for a longer wait; asking again once an hour costs nothing */
#define LLM_WAIT_MAX MSEC_HOUR
/* a wait in words concerns only the request that was refused: a ticket can have put it there */
#define LLM_WORDS_WAIT_MAX MSEC_MINUTE

/* Slices of the reply, of its JSON or of the arena; empty where the server says nothing. */
struct failure {
	int status; /* HTTP status, or the one inside the error of a 200 reply; 0 = none */
	struct str message;
	struct str around; /* the whole text when the message stood in JSON that it quotes */
	struct str type;
	struct str param;
	struct str code;
	struct str redirect; /* the host that a redirect leads to */
};

/* True when the reply is an error: by its status, or by an error inside a reply with status 200
 * that says anything; an empty one beside a good answer is none. `root`: the parsed body, or
 * NULL when it was no JSON; it must outlive *ret. Shapes that are known, also inside each other
 * and as JSON in strings: {"error":{…}}, {"error":"text"}, {"message":…}, {"detail":…},
 * {"errors":[…]}, [{"error": …}], choices[0].error and those of gateways; a request that is too
 * long for the model gets the code context_length_exceeded in whatever words that is said. A
 * code, a type or a parameter is never taken from JSON that is quoted in words, because a ticket
 * can put it there. */
bool failure_find(const struct http_reply *reply, const struct json *root, struct arena *arena,
                  struct failure *ret);
/* The verdict that the words of the error decide whatever the status is (billing, model gone,
 * prompt too long, content filter, slow_down). False: there is none. */
bool failure_judge_words(const struct failure *failure, enum llm_verdict *ret);
/* The verdict by status, when words did not decide. `wait_for_all`: from failure_wait(). The
 * header x-should-retry is respected. */
enum llm_verdict failure_judge_status(const struct failure *failure, const struct http_reply *reply,
                                      bool wait_for_all);
/* The error is a 404 or 410 whose words name the model: some servers have no code for a model that
 * is not there (Gemini, OpenRouter, vLLM). A page of a proxy with such a status says nothing about
 * the model. */
bool failure_names_model(const struct failure *failure, struct str model);
/* The verdicts that stop the work with the service, if it is to blame and not the ticket. */
bool failure_concerns_service(enum llm_verdict verdict);
/* How long the server asks to wait, as a span: from its headers, at most LLM_WAIT_MAX, and then
 * *ret_for_all is true; or the number in its message, at most LLM_WORDS_WAIT_MAX, which may be
 * quoted from the ticket; -1 = not said. `wall`: the present wall time. */
msec failure_wait(const struct failure *failure, const struct http_reply *reply, msec wall,
                  bool *ret_for_all);
/* True for a 5xx status other than a request to slow down. */
bool failure_counts_for_breaker(const struct failure *failure, enum llm_verdict verdict);
/* Writes one line for people: status, code and at most 200 bytes of the server's words, credentials
 * masked. `key`: our own key. */
void failure_describe(const struct failure *failure, struct str key, char out[256]);

#endif
