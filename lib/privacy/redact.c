/* Redaction: a quick survey of the bytes says which kinds of personal data can be there at all,
 * usually none. The finders of those kinds claim what they recognise on a mask of the text
 * (scan.h), in rounds until nothing new is found. Then the text is written with placeholders. */
#include "privacy/redact.h"

#include <stdlib.h>
#include <string.h>

#include "privacy/scan.h"
#include "privacy/secret.h"

#define ROUNDS_MAX 6
#define MATCH_LIMIT 20000u
#define SCRATCH_KEPT_MAX ((size_t)1 << 20)
#define PLACEHOLDER_BYTES_MAX 24

static const struct {
	const char *name;
	struct str placeholder;
} kinds[PII_KINDS] = {
#define KIND(name)                                                                                 \
	{                                                                                          \
#name,                                                                             \
		{                                                                                  \
			"[REDACTED_" #name "]", sizeof("[REDACTED_" #name "]") - 1                 \
		}                                                                                  \
	}
        [PII_SSN] = KIND(SSN),         [PII_CREDIT_CARD] = KIND(CREDIT_CARD),
        [PII_EMAIL] = KIND(EMAIL),     [PII_PHONE] = KIND(PHONE),
        [PII_IBAN] = KIND(IBAN),       [PII_IP] = KIND(IP),
        [PII_API_KEY] = KIND(API_KEY), [PII_PASSWORD] = KIND(PASSWORD),
#undef KIND
};

struct redactor {
	struct secrets *secrets;
	struct buf text; /* of the mask */
	struct groups groups;
};

/* What a text contains, so that only finders that can find something are run. */
struct survey {
	size_t digits;
	size_t points;
	size_t colons;
	bool at_sign;
	unsigned secrets; /* SECRETS_KEY, SECRETS_LABEL */
};

const char *pii_kind_name(enum pii_kind kind)
{
	ENSURE(kind < PII_KINDS);
	return kinds[kind].name;
}

struct redactor *redactor_new_with(bool jit, uint32_t match_limit)
{
	struct redactor *redactor = xcalloc(1, sizeof(*redactor));
	redactor->secrets = secrets_new(jit, match_limit);
	buf_init(&redactor->text, SIZE_MAX);
	groups_init(&redactor->groups);
	return redactor;
}

struct redactor *redactor_new(void)
{
	return redactor_new_with(true, MATCH_LIMIT);
}

void redactor_free(struct redactor *redactor)
{
	if (!redactor)
		return;
	secrets_free(redactor->secrets);
	buf_free(&redactor->text);
	groups_free(&redactor->groups);
	free(redactor);
}

/* Length of the placeholder at the start of the text; 0 when there is none. */
static size_t placeholder_bytes(struct str text)
{
	if (!str_starts(text, STR("[REDACTED_")))
		return 0;
	for (size_t i = 0; i < PII_KINDS; i++)
		if (str_starts(text, kinds[i].placeholder))
			return kinds[i].placeholder.len;
	return 0;
}

static struct survey survey_text(const struct secrets *secrets, struct str text)
{
	struct survey found = {0};
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		found.digits += ascii_is_digit(c);
		found.points += c == '.';
		found.colons += c == ':';
		found.at_sign |= c == '@';
	}
	found.secrets = secrets_possible(secrets, text);
	return found;
}

static bool may_hold_number(const struct survey *found)
{
	return found->digits >= 7;
}

static bool may_hold_ip(const struct survey *found)
{
	return (found->digits >= 4 && found->points >= 3) || found->colons >= 2;
}

static bool may_hold_anything(const struct survey *found)
{
	return may_hold_number(found) || may_hold_ip(found) || found->at_sign || found->secrets ||
	       found->digits >= 4;
}

static void run_finders(struct redactor *redactor, const struct survey *found, struct mask *mask)
{
	struct groups *groups = &redactor->groups;
	if (found->secrets & SECRETS_KEY)
		secret_find_keys(redactor->secrets, mask);
	if (found->secrets & SECRETS_LABEL)
		secret_find_labelled(redactor->secrets, mask);
	if (found->at_sign)
		email_find(mask);
	if (found->digits >= 4)
		iban_find(mask, groups);
	if (may_hold_ip(found))
		ip_find(mask);
	if (!may_hold_number(found))
		return;
	card_find(mask, groups, true);
	ssn_find(mask, groups);
	card_find(mask, groups, false);
	phone_find(mask, groups);
}

static struct mask mask_of(struct redactor *redactor, struct str text)
{
	buf_reset(&redactor->text);
	buf_add_str(&redactor->text, text);
	struct mask mask = {.text = redactor->text.data, .len = text.len};
	for (size_t at = 0; at < mask.len; at++) {
		size_t bytes = mask.text[at] == '[' ? placeholder_bytes(str_skip(text, at)) : 0;
		if (bytes > 0)
			memset(mask.text + at, WALL_KEPT, bytes);
		else if (is_wall(mask.text[at]))
			mask.text[at] = WALL_KEPT;
		at += bytes > 0 ? bytes - 1 : 0;
	}
	return mask;
}

/* Runs the finders in rounds, usually one or two, until a round finds nothing. A text that still
 * gives finds after ROUNDS_MAX rounds was made to do so, and is replaced as a whole. */
static void find_all(struct redactor *redactor, const struct survey *found, struct mask *mask)
{
	for (unsigned rounds = 0; rounds < ROUNDS_MAX; rounds++) {
		size_t before = mask->claims;
		run_finders(redactor, found, mask);
		if (mask->claims == before)
			return;
	}
	mask_claim(mask, 0, mask->len, PII_API_KEY);
}

/* Writes the result: claims become placeholders, everything else is copied. Adjacent claims of one
 * kind become one placeholder. */
static void write_redacted(const struct mask *mask, struct str text, struct buf *out,
                           struct redact_counts *counts)
{
	size_t at = 0;
	while (at < text.len) {
		size_t start = at;
		char c = mask->text[at];
		if (is_wall(c) && c != WALL_KEPT) {
			while (at < text.len && mask->text[at] == c)
				at++;
			size_t kind = (size_t)(c - WALL_CLAIM);
			buf_add_str(out, kinds[kind].placeholder);
			if (counts)
				counts->by_kind[kind]++;
			continue;
		}
		while (at < text.len && (mask->text[at] == WALL_KEPT || !is_wall(mask->text[at])))
			at++;
		buf_add(out, text.data + start, at - start);
	}
}

static void drop_large_scratch(struct buf *scratch)
{
	if (scratch->cap > SCRATCH_KEPT_MAX)
		buf_free(scratch);
}

void redact(struct redactor *redactor, struct str text, struct buf *out,
            struct redact_counts *counts)
{
	struct survey found = survey_text(redactor->secrets, text);
	if (!may_hold_anything(&found)) {
		buf_add_str(out, text);
		return;
	}
	struct mask mask = mask_of(redactor, text);
	groups_forget(&redactor->groups);
	find_all(redactor, &found, &mask);
	if (mask.claims == 0)
		buf_add_str(out, text);
	else
		write_redacted(&mask, text, out, counts);
	drop_large_scratch(&redactor->text);
	drop_large_scratch(&redactor->groups.memory);
}

struct str redact_cut(struct str text, size_t bytes)
{
	struct str cut = utf8_cut(text, bytes);
	if (cut.len == text.len)
		return cut;
	size_t first = cut.len > PLACEHOLDER_BYTES_MAX ? cut.len - PLACEHOLDER_BYTES_MAX : 0;
	for (size_t at = first; at < cut.len; at++)
		if (at + placeholder_bytes(str_skip(text, at)) > cut.len)
			return str_make(text.data, at);
	return cut;
}
