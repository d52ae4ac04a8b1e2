/* Removes personal data from text before a model sees it. A first pass over the bytes finds out
 * whether anything can be there at all. Then linear scanners (numbers, addresses) and PCRE2
 * patterns with match limits (keys, labelled passwords) find candidates, and validators (Luhn, mod
 * 97, real parses, the words before) decide. What is encoded (URL, HTML, JSON, quoted-printable) is
 * read decoded too; what is sent is the original, except where something was found. A value found
 * in one text of a ticket goes from all of them. redact(redact(x)) = redact(x) for any bytes. Order
 * and ticket numbers stay readable. Values are never logged, only counted. A redactor holds scratch
 * memory, so only one call at a time may use it. */
#ifndef PRIVACY_REDACT_H
#define PRIVACY_REDACT_H

#include "base/buf.h"

enum pii_kind {
#define KIND(name) PII_##name,
#include "privacy/kinds.def"
	PII_KINDS
};
const char *pii_kind_name(enum pii_kind kind); /* "SSN", "CREDIT_CARD" …, as in [REDACTED_SSN] */

struct redact_counts {
	uint32_t by_kind[PII_KINDS];
};

/* The kinds that can be switched off, and patterns of the operator: regular expressions of PCRE2
 * with commas between them; a comma within brackets or behind a backslash belongs to its pattern.
 * Where one runs into the limits of its match, that part of the text goes as if it were found. */
struct redact_options {
	bool cvv;
	bool birth_dates;
	bool national_ids;
	bool passports;
	bool mac_addresses;
	struct str patterns;
};
/* 0; or -1 and which pattern is wrong, where and why, without quoting it. */
int redact_check_patterns(struct str patterns, struct err *err) MUST_CHECK;

#define REDACT_TEXTS_MAX 2

struct redactor;
/* Compiles the patterns, with JIT where the sandbox allows it and silently with the interpreter
 * elsewhere. Ends the process if a built-in pattern does not compile. All kinds are on. */
struct redactor *redactor_new(void) MUST_CHECK;
/* The same with the interpreter alone, or with another limit of the steps of one match: for tests
 * of a sandbox that forbids JIT, and of the limit. */
struct redactor *redactor_new_with(bool jit, uint32_t match_limit) MUST_CHECK;
void redactor_free(struct redactor *redactor);
/* Compiles the patterns; those that redact_check_patterns() refuses are left out. */
void redactor_set_options(struct redactor *redactor, const struct redact_options *options);
/* Appends the redacted text to `out` and adds to `counts` (may be NULL). The text must have been
 * normalised. Where a match limit is hit (hostile text), that part of the text is replaced by a
 * placeholder rather than let through. */
void redact(struct redactor *redactor, struct str text, struct buf *out,
            struct redact_counts *counts);
/* The same for the texts of one ticket, at most REDACT_TEXTS_MAX: outs[i] is of texts[i]. `known`
 * holds the values that were recognised in the ticket before, as hashes (bytes that mean something
 * in this process only); they are taken out too, and those that are new are added. */
void redact_together(struct redactor *redactor, const struct str *texts, struct buf *outs,
                     size_t count, struct buf *known, struct redact_counts *counts);
/* How many bytes the finders read for the last call, each round and each reading counted: what it
 * cost, on any machine. At most 9 times those of the texts, unless a text teaches the others. */
size_t redactor_bytes_searched(const struct redactor *redactor);
/* The longest prefix of at most `bytes` bytes that ends on a character boundary and not inside a
 * placeholder. */
struct str redact_cut(struct str text, size_t bytes);

#endif
