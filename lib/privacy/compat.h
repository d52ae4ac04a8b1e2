/* Characters that look like ASCII and are used instead of it: full-width and small forms,
 * mathematical and enclosed letters, the decimal digits of every script, typographic dashes and
 * quotes. A card number written in any of them is still a card number. Source: Unicode 15
 * compatibility decompositions (NFKC) that give nothing but ASCII, general category Nd, and a few
 * characters without a decomposition that people type instead of ASCII punctuation. */
#ifndef PRIVACY_COMPAT_H
#define PRIVACY_COMPAT_H

#include "base/base.h"

/* Writes the ASCII form (no NUL) and returns its length; 0 when the character has none. */
size_t compat_ascii(uint32_t code_point, char out[4]);

#endif
