/* Removes personal data from text before a model sees it. A first pass over the bytes finds out
 * whether anything can be there at all. Then linear scanners (numbers, addresses) and PCRE2
 * patterns with match limits (keys, labelled passwords) find candidates, and validators (Luhn, mod
 * 97, real parses, the words before) decide. redact(redact(x)) = redact(x) for any bytes. Order and
 * ticket numbers stay readable. Values are never logged, only counted. A redactor holds scratch
 * memory, so only one call at a time may use it. */
#ifndef PRIVACY_REDACT_H
#define PRIVACY_REDACT_H

#include "base/buf.h"

enum pii_kind {
	PII_SSN,
	PII_CREDIT_CARD,
	PII_EMAIL,
	PII_PHONE,
	PII_IBAN,
	PII_IP,
	PII_API_KEY,
	PII_PASSWORD,
	PII_KINDS
};
const char *pii_kind_name(enum pii_kind kind); /* "SSN", "CREDIT_CARD" …, as in [REDACTED_SSN] */

struct redact_counts {
	uint32_t by_kind[PII_KINDS];
};

struct redactor;
/* Compiles the patterns, with JIT where the sandbox allows it and silently with the interpreter
 * elsewhere. Ends the process if a built-in pattern does not compile. */
struct redactor *redactor_new(void) MUST_CHECK;
/* The same with the interpreter alone, or with another limit of the steps of one match: for tests
 * of a sandbox that forbids JIT, and of the limit. */
struct redactor *redactor_new_with(bool jit, uint32_t match_limit) MUST_CHECK;
void redactor_free(struct redactor *redactor);
/* Appends the redacted text to `out` and adds to `counts` (may be NULL). The text must have been
 * normalised. Where a match limit is hit (hostile text), that part of the text is replaced by a
 * placeholder rather than let through. */
void redact(struct redactor *redactor, struct str text, struct buf *out,
            struct redact_counts *counts);
/* The longest prefix of at most `bytes` bytes that ends on a character boundary and not inside a
 * placeholder. */
struct str redact_cut(struct str text, size_t bytes);

#endif
