/* Keys and passwords: kinds of personal data that only a pattern can describe. The text is walked
 * once, three bytes at a time; only where these three bytes could begin one does PCRE2 decide. So
 * the patterns are always anchored, ordinary text rarely reaches them, and hostile text costs no
 * more than one bounded match per byte. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "privacy/scan.h"
#include "privacy/secret.h"
#include "privacy/secret_patterns.h"

#define STEM_BITS 15
#define DEPTH_MAX 1000u
#define HEAP_KIB_MAX 256u

struct secrets {
	pcre2_code *key;
	pcre2_code *label;
	pcre2_match_data *match;
	pcre2_match_context *context;
	unsigned char stems[1 << STEM_BITS];
	unsigned char lower[256];
};

/* What an address is veiled with (veiled.c): a word in brackets for its sign, or a word for its
 * dot. */
static const char *const veil_stems[] = {
        "(at",       "[at",       "{at", "<at", "( a", "[ a", "{ a", "(@)", "[@]", "{@}",
        "(\xc3\xa4", "[\xc3\xa4", "(ar", "[ar", "(ch", "[ch", "(ma", "[ma", "(za", "[za",
        "(sn",       "[sn",       "(ap", "[ap", "(kl", "[kl", "dot", "rro", "_at"};
static const char *const key_stems[] = {KEY_STEMS};
static const char *const label_stems[] = {LABEL_STEMS};

/* Hash slot of three bytes; the last byte is the lowest, ASCII letters are in lower case. */
static uint32_t stem_slot(uint32_t three_bytes)
{
	return (three_bytes * UINT32_C(0x9E3779B1)) >> (32 - STEM_BITS);
}

unsigned secrets_survey(const struct secrets *secrets, struct str text, struct buf *hits)
{
	const unsigned char *stems = secrets->stems, *lower = secrets->lower;
	unsigned possible = 0;
	uint32_t last = 0;
	buf_reset(hits);
	for (size_t i = 0; i < text.len; i++) {
		last = (last << 8 | lower[(unsigned char)text.data[i]]) & 0xFFFFFF;
		unsigned char flags = stems[stem_slot(last)];
		if (!flags || i < 2)
			continue;
		struct hit hit = {.at = (uint32_t)i - 2, .flags = flags};
		possible |= flags;
		buf_add(hits, &hit, sizeof(hit));
	}
	return possible;
}

static void add_stem(struct secrets *secrets, const unsigned char *stem, unsigned char flag)
{
	secrets->stems[stem_slot((uint32_t)stem[0] << 16 | (uint32_t)stem[1] << 8 | stem[2])] |=
	        flag;
}

static void add_stems(struct secrets *secrets, const char *const *stems, size_t count,
                      unsigned char flag)
{
	for (size_t i = 0; i < count; i++) {
		const unsigned char *stem = (const unsigned char *)stems[i];
		ENSURE(strlen(stems[i]) == 3);
		add_stem(secrets, stem, flag);
	}
}

static void add_places(struct secrets *secrets)
{
	const char *stem;
	for (size_t i = 0; (stem = secret_place_stem(i)); i++)
		add_stem(secrets, (const unsigned char *)stem, SECRETS_PLACE);
	for (size_t i = 0; (stem = secret_vendor_stem(i)); i++) {
		unsigned char small[3];
		for (size_t at = 0; at < sizeof(small); at++)
			small[at] = (unsigned char)ascii_lower(stem[at]);
		add_stem(secrets, small, SECRETS_VENDOR);
	}
}

/* When the sandbox forbids JIT only speed is lost: pcre2_match() falls back to its interpreter. */
static pcre2_code *compile_pattern(const char *pattern, uint32_t options, bool jit)
{
	int error;
	PCRE2_SIZE offset;
	pcre2_code *code =
	        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
	                      options | PCRE2_EXTENDED | PCRE2_ANCHORED | PCRE2_DOLLAR_ENDONLY,
	                      &error, &offset, NULL);
	if (!code)
		fatal("built-in redaction pattern does not compile: error %d at byte %zu", error,
		      offset);
	if (jit)
		(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	return code;
}

struct secrets *secrets_new(bool jit, uint32_t match_limit)
{
	struct secrets *secrets = xcalloc(1, sizeof(*secrets));
	for (unsigned c = 0; c < sizeof(secrets->lower); c++)
		secrets->lower[c] = (unsigned char)ascii_lower((char)c);
	add_stems(secrets, key_stems, ARRAY_LEN(key_stems), SECRETS_KEY);
	add_stems(secrets, label_stems, ARRAY_LEN(label_stems), SECRETS_LABEL);
	add_stems(secrets, veil_stems, ARRAY_LEN(veil_stems), SECRETS_VEIL);
	add_places(secrets);
	secrets->key = compile_pattern(KEY_PATTERN, 0, jit);
	secrets->label = compile_pattern(LABEL_PATTERN, PCRE2_CASELESS, jit);
	secrets->match = pcre2_match_data_create(16, NULL);
	secrets->context = pcre2_match_context_create(NULL);
	if (!secrets->match || !secrets->context)
		fatal("out of memory");
	pcre2_set_match_limit(secrets->context, match_limit);
	pcre2_set_depth_limit(secrets->context, DEPTH_MAX);
	pcre2_set_heap_limit(secrets->context, HEAP_KIB_MAX);
	return secrets;
}

void secrets_free(struct secrets *secrets)
{
	if (!secrets)
		return;
	pcre2_code_free(secrets->key);
	pcre2_code_free(secrets->label);
	pcre2_match_data_free(secrets->match);
	pcre2_match_context_free(secrets->context);
	free(secrets);
}

/* 1: matched, see secrets->match. 0: no match. When the limits are exhausted, the text up to the
 * next wall is claimed, because nobody knows what it hides. */
static int match_at(const struct secrets *secrets, const pcre2_code *code, struct mask *mask,
                    size_t at, enum pii_kind kind)
{
	int groups = pcre2_match(code, (PCRE2_SPTR)mask->text, mask->len, at, PCRE2_NO_UTF_CHECK,
	                         secrets->match, secrets->context);
	if (groups > 0)
		return 1;
	if (groups == PCRE2_ERROR_NOMATCH)
		return 0;
	size_t end = at;
	while (!is_wall(mask_at(mask, end)))
		end++;
	mask_claim(mask, at, end, kind);
	return 0;
}

static size_t group_start(const struct secrets *secrets, uint32_t group)
{
	return pcre2_get_ovector_pointer(secrets->match)[2 * group];
}

static size_t group_end(const struct secrets *secrets, uint32_t group)
{
	return pcre2_get_ovector_pointer(secrets->match)[2 * group + 1];
}

/* False for groups that did not take part in the match; the highest-numbered ones may be missing
 * from the vector. */
static bool group_set(const struct secrets *secrets, uint32_t group)
{
	return group_start(secrets, group) != PCRE2_UNSET;
}

/* Claims the key that was matched; returns where the search goes on. */
static size_t claim_key(const struct secrets *secrets, struct mask *mask)
{
	size_t start = group_start(secrets, 0), end = group_end(secrets, 0);
	enum pii_kind kind = PII_API_KEY;
	if (group_set(secrets, 1)) {
		start = group_start(secrets, 1);
		end = group_end(secrets, 1);
		kind = PII_PASSWORD;
	} else if (group_set(secrets, 2)) {
		while (mask_before(mask, start) == '-')
			start--;
		end = secret_pem_end(mask, end);
	}
	mask_claim(mask, start, end, kind);
	return end;
}

/* "the pool that I pass to HttpClient": not every word behind it is a value. `at`: the end of the
 * label. */
static enum link link_to(const struct mask *mask, size_t at, enum link link)
{
	struct str rest = str_make(mask->text + at, mask->len - at);
	bool verb = at >= 4 && str_istarts(str_make(mask->text + at - 4, 4), STR("pass")) &&
	            str_istarts(rest, STR(" to "));
	return verb && link == LINK_VERB ? LINK_CELL : link;
}

/* "password to hunter2 and it is refused": what was taken for the name of something is the value.
 * Returns its end, or `at`. */
static size_t claim_after_to(struct mask *mask, size_t at, enum label label)
{
	static const char *const words[] = {" to ",   " auf ", " naar ", " til ",
	                                    " till ", " na ",  " a "};
	struct str rest = str_make(mask->text + at, mask->len - at);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!str_istarts(rest, str_of(words[i])))
			continue;
		size_t value = at + strlen(words[i]);
		size_t end =
		        secret_value_claim(mask, value, label, link_to(mask, at, LINK_VERB), false);
		return end > value ? end : at;
	}
	return at;
}

/* "Password" is a line, as forms are copied, and one word is the next line. */
static bool stands_alone(const struct mask *mask, size_t label, size_t value)
{
	while (mask_before(mask, label) == ' ')
		label--;
	while (value < mask->len && !ascii_is_space(mask->text[value]))
		value++;
	while (mask_at(mask, value) == ' ')
		value++;
	return (label == 0 || mask_before(mask, label) == '\n') &&
	       (value == mask->len || mask->text[value] == '\n');
}

static size_t claim_labelled(const struct secrets *secrets, struct mask *mask)
{
	unsigned label = 0, link = 0;
	while (label < LABEL_BEARER && !group_set(secrets, FIRST_LABEL_GROUP + label))
		label++;
	while (label < LABEL_BEARER && link < LINK_NONE &&
	       !group_set(secrets, FIRST_LINK_GROUP + link))
		link++;
	size_t start = group_start(secrets, 0), value = group_end(secrets, 0), end = value;
	bool next_line = memchr(mask->text + start, '\n', value - start) != NULL;
	if (label == LABEL_SHORT)
		link = link_to(mask, group_end(secrets, FIRST_LABEL_GROUP + label),
		               (enum link)link);
	if (link != LINK_CELL || !next_line || stands_alone(mask, start, value))
		end = secret_value_claim(mask, value, (enum label)label, (enum link)link,
		                         next_line);
	if (end == value && label <= LABEL_SHORT) {
		size_t after = group_end(secrets, FIRST_LABEL_GROUP + label);
		size_t other = claim_after_to(mask, after, (enum label)label);
		if (other > after)
			return other;
	}
	if (end == value && label < LABEL_BEARER && link < LINK_NONE)
		secret_column_claim(mask, start, group_start(secrets, FIRST_LINK_GROUP + link),
		                    (enum label)label);
	return end;
}

/* True where a claim took one of the three bytes. */
static bool is_gone(const struct mask *mask, size_t at)
{
	return is_wall(mask->text[at]) || is_wall(mask->text[at + 1]) ||
	       is_wall(mask->text[at + 2]);
}

static void find_with_stems(const struct secrets *secrets, struct mask *mask, struct hits hits,
                            unsigned flag)
{
	const pcre2_code *code = flag == SECRETS_KEY ? secrets->key : secrets->label;
	enum pii_kind kind = flag == SECRETS_KEY ? PII_API_KEY : PII_PASSWORD;
	size_t done = 0;
	for (size_t i = 0; i < hits.count; i++) {
		size_t at = hits.at[i].at;
		if (!(hits.at[i].flags & flag) || at < done || is_gone(mask, at) ||
		    !match_at(secrets, code, mask, at, kind))
			continue;
		done = flag == SECRETS_KEY ? claim_key(secrets, mask)
		                           : claim_labelled(secrets, mask);
	}
}

void secret_find_places(struct mask *mask, struct hits hits)
{
	size_t done = 0;
	for (size_t i = 0; i < hits.count; i++) {
		size_t at = hits.at[i].at, end = at;
		if (at < done || is_gone(mask, at))
			continue;
		if (hits.at[i].flags & SECRETS_PLACE)
			end = secret_place_claim(mask, at);
		if (end == at && hits.at[i].flags & SECRETS_VENDOR)
			end = secret_vendor_claim(mask, at);
		done = end > at ? end : done;
	}
}

void secret_find_keys(const struct secrets *secrets, struct mask *mask, struct hits hits)
{
	find_with_stems(secrets, mask, hits, SECRETS_KEY);
}

void secret_find_labelled(const struct secrets *secrets, struct mask *mask, struct hits hits)
{
	find_with_stems(secrets, mask, hits, SECRETS_LABEL);
}
