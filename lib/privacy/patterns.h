/* Patterns of the operator (privacy.patterns). Private to this folder: users include redact.h. */
#ifndef PRIVACY_PATTERNS_H
#define PRIVACY_PATTERNS_H

#include "privacy/scan.h"

struct patterns;
/* NULL when there are none. Those that do not compile are left out; redact_check_patterns() finds
 * them before. */
struct patterns *patterns_new(struct str list, bool jit);
void patterns_free(struct patterns *patterns);
void patterns_find(const struct patterns *patterns, struct mask *mask);

#endif
