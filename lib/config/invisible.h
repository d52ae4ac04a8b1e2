/* Characters that nobody sees: what editors, web pages and chats add to a copied secret. A service
 * then answers 401, and nobody can see why. */
#ifndef CONFIG_INVISIBLE_H
#define CONFIG_INVISIBLE_H

#include "base/str.h"

/* -1: the text has such a character; `err` says which one and where, without quoting the text. */
int invisible_refuse(struct str text, struct err *err) MUST_CHECK;

#endif
