/* Servers quote what they refuse. Before a server's words go into a log or a record, what they
 * quote of the ticket is cut. */
#ifndef ENGINE_CORE_QUOTES_H
#define ENGINE_CORE_QUOTES_H

#include "base/str.h"

/* Replaces, in place, each run of at least four words of the text that the ticket has too, and its
 * whole subject, by "[...]". Letters count whatever their case, and white space as one space. */
void quotes_cut(char *text, struct str subject, struct str description);

#endif
