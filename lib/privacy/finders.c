/* The survey of a text and the order of the finders: the most certain first. */
#include "privacy/finders.h"

#include "privacy/decode.h"

#define NUMBER_DIGITS_MIN 7
#define IDENTITY_DIGITS_MIN 4
#define CODE_DIGITS_MIN 3

void finders_init(struct finders *finders, bool jit, uint32_t match_limit)
{
	*finders = (struct finders){.options = {true, true, true, true, true, {0}}, .jit = jit};
	finders->secrets = secrets_new(jit, match_limit);
	groups_init(&finders->groups);
}

void finders_free(struct finders *finders)
{
	secrets_free(finders->secrets);
	groups_free(&finders->groups);
	patterns_free(finders->patterns);
}

void finders_set_options(struct finders *finders, const struct redact_options *options)
{
	patterns_free(finders->patterns);
	finders->patterns = patterns_new(options->patterns, finders->jit);
	finders->options = *options;
	finders->options.patterns = (struct str){0};
}

void finders_forget(struct finders *finders)
{
	groups_forget(&finders->groups);
	context_forget(&finders->memo);
}

/* Counters of one byte each in a word, so that a byte of the text costs one addition. */
#define COUNT_DIGITS UINT64_C(1)
#define COUNT_POINTS (UINT64_C(1) << 8)
#define COUNT_COLONS (UINT64_C(1) << 16)
#define COUNT_DASHES (UINT64_C(1) << 24)
#define COUNT_AT (UINT64_C(1) << 32)
#define COUNT_ESCAPE (UINT64_C(1) << 40)
#define COUNT_MAIL (UINT64_C(1) << 48)
#define COUNT_TAG (UINT64_C(1) << 56)
#define BLOCK_BYTES 255u /* more could run over */

static const uint64_t counters[256] = {
        ['0'] = COUNT_DIGITS,  ['1'] = COUNT_DIGITS, ['2'] = COUNT_DIGITS, ['3'] = COUNT_DIGITS,
        ['4'] = COUNT_DIGITS,  ['5'] = COUNT_DIGITS, ['6'] = COUNT_DIGITS, ['7'] = COUNT_DIGITS,
        ['8'] = COUNT_DIGITS,  ['9'] = COUNT_DIGITS, ['.'] = COUNT_POINTS, [':'] = COUNT_COLONS,
        ['-'] = COUNT_DASHES,  ['@'] = COUNT_AT,     ['%'] = COUNT_ESCAPE, ['&'] = COUNT_ESCAPE,
        ['\\'] = COUNT_ESCAPE, ['='] = COUNT_MAIL,   ['+'] = COUNT_MAIL,   ['<'] = COUNT_TAG,
};

static size_t counted(uint64_t counts, uint64_t counter)
{
	return counts / counter & 0xFF;
}

struct survey finders_survey(const struct finders *finders, struct str text, struct buf *hits)
{
	struct survey found = {0};
	uint64_t any = 0;
	for (size_t start = 0, end; start < text.len; start = end) {
		uint64_t counts = 0;
		end = text.len - start > BLOCK_BYTES ? start + BLOCK_BYTES : text.len;
		for (size_t at = start; at < end; at++)
			counts += counters[(unsigned char)text.data[at]];
		found.digits += counted(counts, COUNT_DIGITS);
		found.points += counted(counts, COUNT_POINTS);
		found.colons += counted(counts, COUNT_COLONS);
		found.dashes += counted(counts, COUNT_DASHES);
		any |= counts;
	}
	found.at_sign = counted(any, COUNT_AT) > 0;
	found.readings = (counted(any, COUNT_ESCAPE) ? 1u << READ_ESCAPES : 0) |
	                 (counted(any, COUNT_MAIL) ? 1u << READ_MAIL : 0) |
	                 (counted(any, COUNT_TAG) ? 1u << READ_TAGS : 0);
	found.secrets = secrets_survey(finders->secrets, text, hits);
	found.hits = (struct hits){(const struct hit *)(const void *)hits->data,
	                           hits->len / sizeof(struct hit)};
	return found;
}

static bool may_hold_number(const struct survey *found)
{
	return found->digits >= NUMBER_DIGITS_MIN;
}

static bool may_hold_ip(const struct survey *found)
{
	return (found->digits >= 4 && found->points >= 3) || found->colons >= 2;
}

static bool may_hold_mac(const struct survey *found)
{
	return found->digits > 0;
}

bool finders_may_find(const struct finders *finders, const struct survey *found)
{
	return finders->patterns || may_hold_ip(found) || may_hold_mac(found) || found->at_sign ||
	       found->secrets || found->readings;
}

static void find_identity(struct finders *finders, struct mask *mask)
{
	struct groups *groups = &finders->groups;
	if (finders->options.birth_dates)
		birth_find(mask, groups);
	if (finders->options.national_ids)
		national_find(mask, groups);
	if (finders->options.passports)
		passport_find(mask, groups);
}

static void find_numbers(struct finders *finders, struct mask *mask)
{
	struct groups *groups = &finders->groups;
	card_find(mask, groups, true);
	ssn_find(mask, groups);
	find_identity(finders, mask);
	card_find(mask, groups, false);
	phone_find(mask, groups);
}

void finders_run(struct finders *finders, const struct survey *found, const struct recall *recall,
                 struct mask *mask)
{
	struct groups *groups = &finders->groups;
	context_refresh(mask);
	patterns_find(finders->patterns, mask);
	if (found->secrets & SECRETS_KEY)
		secret_find_keys(finders->secrets, mask, found->hits);
	if (found->secrets & (SECRETS_PLACE | SECRETS_VENDOR))
		secret_find_places(mask, found->hits);
	if (found->secrets & SECRETS_LABEL)
		secret_find_labelled(finders->secrets, mask, found->hits);
	if (found->at_sign) {
		email_find(mask);
		email_find_signs(mask);
	}
	if (found->secrets & SECRETS_VEIL)
		email_find_words(mask);
	if (found->digits >= 4)
		iban_find(mask, groups);
	if (finders->options.mac_addresses && may_hold_mac(found))
		mac_find(mask, groups);
	if (may_hold_ip(found))
		ip_find(mask);
	if (may_hold_number(found))
		find_numbers(finders, mask);
	else if (found->digits >= IDENTITY_DIGITS_MIN)
		find_identity(finders, mask);
	if (finders->options.cvv && found->digits >= CODE_DIGITS_MIN)
		cvv_find(mask, groups);
	if (!recall_is_empty(recall))
		recall_find(recall, mask, groups);
}
