/* Where the secrets of this process came from, and what a person can do about one that was refused
 * or is missing: it depends on the installation. */
#ifndef CONFIG_REMEDY_H
#define CONFIG_REMEDY_H

#include "config/config.h"

/* A service manager runs this process, so its variables come from the unit's file. */
void config_set_managed(struct config *config);
/* Appends what to do about a secret that was refused, or is not set: a sentence without its full
 * stop, such as "Replace /etc/credstore/llm.api_key, then systemctl restart ai-ticketd".
 * `resident`: this process goes on, and has to be told. */
void config_remedy(const struct config *config, const char *dotted, bool resident, struct buf *out);
/* The same for one that is missing: "For the service: put it into …; by hand: set …". */
void config_remedy_missing(const char *dotted, struct buf *out);
/* Calls `each` for every secret that is set. `where`: for people, such as "environment:
 * OPENAI_API_KEY"; `file`: the path of the file that it was read from, NULL = none. Both are valid
 * during the call. */
void config_each_secret_set(const struct config *config,
                            void (*each)(void *arg, const char *dotted, const char *where,
                                         const char *file),
                            void *arg);

#endif
