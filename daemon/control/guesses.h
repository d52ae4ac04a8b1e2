/* Makes guessing slow, and nobody else: the answer to a wrong token waits a second, on a timer.
 * While GUESSES_MAX of them wait for one address, whatever token comes from there is refused (429),
 * right or wrong, so that guessing many at once tells nothing. A token that was right from that
 * address before is not refused: behind a proxy all have one address, and who guesses there must
 * not keep out those who know. */
#ifndef DAEMON_CONTROL_GUESSES_H
#define DAEMON_CONTROL_GUESSES_H

#include <uv.h>

#include "base/list.h"
#include "daemon/control/tokens.h"
#include "daemon/server/http_exchange.h"

#define GUESSES_MAX 5         /* for one address: one IPv4 address, or one /64 of IPv6 */
#define GUESSES_TOTAL_MAX 256 /* for all addresses together */
#define GUESSES_DELAY_MS 1000
#define GUESSES_KNOWN_MAX 64

struct guesses {
	bool begun;
	uv_timer_t timer;
	struct list waiting; /* struct guess, oldest first */
	size_t count;
	struct known {
		uint8_t digest[CRYPTO_SHA256_SIZE];
		uint8_t host[16];
	} known[GUESSES_KNOWN_MAX]; /* a ring: tokens that were right, and where from */
	size_t next;
};

void guesses_start(struct guesses *guesses, uv_loop_t *loop);
/* Whether as many wait for the address of this peer as may. */
bool guesses_full(const struct guesses *guesses, const struct http_peer *peer);
/* Remembers that this token came from there; and whether it did before. */
void guesses_was_right(struct guesses *guesses, const struct token *token,
                       const struct http_peer *peer);
bool guesses_is_known(const struct guesses *guesses, const struct token *token,
                      const struct http_peer *peer);
/* Refuses the exchange with 401 when its time has come; takes it over. */
void guesses_refuse(struct guesses *guesses, struct http_exchange *exchange);
/* Gives all answers that wait; the loop has to run once more. No effect when it was not started. */
void guesses_close(struct guesses *guesses);

#endif
