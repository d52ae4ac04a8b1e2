/* International bank account numbers (ISO 13616): country, two check digits, and as many letters
 * and digits as the country has, in one piece or in groups. The length by country and the remainder
 * mod 97 decide. */
#include "privacy/scan.h"

#include <string.h>

#define IBAN_BYTES_MAX 34
#define IBAN_BYTES_MIN 15

/* Country and length, as in the SWIFT registry, and countries that use the format without being in
 * it. */
static const char lengths[] =
        "AD24AE23AL28AO25AT20AZ28BA20BE16BF28BG22BH22BI27BJ28BR29BY28CF27CG27CH21CI28CM27CR22CV25"
        "CY28CZ24DE22DJ27DK18DO28DZ26EE20EG29ES24FI18FK18FO18FR27GA27GB22GE22GI23GL18GQ27GR27GT28"
        "GW25HN28HR21HU28IE22IL23IQ23IR26IS26IT27JO30KM27KW30KZ20LB28LC32LI21LT20LU20LV21LY25MA28"
        "MC27MD24ME22MG27MK19ML28MN20MR27MT31MU30MZ25NE28NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24"
        "RS22RU33SA24SC31SD18SE24SI19SK24SM27SN28SO23ST25SV28TD27TG28TL23TN24TR26UA29VA22VG24XK20"
        "YE30";

static char to_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static size_t country_length(char first, char second)
{
	for (const char *entry = lengths; *entry; entry += 4)
		if (entry[0] == to_upper(first) && entry[1] == to_upper(second))
			return (size_t)(entry[2] - '0') * 10 + (size_t)(entry[3] - '0');
	return 0;
}

static unsigned add_to_remainder(unsigned remainder, char c)
{
	if (ascii_is_digit(c))
		return (remainder * 10 + (unsigned)(c - '0')) % 97;
	return (remainder * 100 + (unsigned)(to_upper(c) - 'A') + 10) % 97;
}

static unsigned remainder_mod_97(struct str iban)
{
	unsigned remainder = 0;
	for (size_t i = 0; i < iban.len; i++)
		remainder = add_to_remainder(remainder, iban.data[(i + 4) % iban.len]);
	return remainder;
}

/* True for a country code at the start of a word ("IBANDE89…" counts as one) before at least two
 * digits. */
static bool may_start(const struct mask *mask, size_t at, const struct group *check)
{
	if (check->len < 2 || !ascii_is_alpha(mask->text[at]) ||
	    !ascii_is_alpha(mask->text[at + 1]))
		return false;
	if (!ascii_is_alnum(mask_before(mask, at)))
		return true;
	return at >= 4 && str_ieq(str_make(mask->text + at - 4, 4), STR("iban"));
}

/* The end of the IBAN at `at`; 0 when there is none. */
static size_t iban_end(const struct mask *mask, size_t at)
{
	char iban[IBAN_BYTES_MAX];
	bool small = false, large = false;
	size_t len = 0, wanted = country_length(mask->text[at], mask->text[at + 1]);
	while (len < wanted && at < mask->len) {
		char c = mask->text[at];
		small = small || (c >= 'a' && c <= 'z');
		large = large || (c >= 'A' && c <= 'Z');
		if (ascii_is_alnum(c))
			iban[len++] = c;
		else if (!strchr(" -.\r", c) || !ascii_is_alnum(mask_at(mask, at + 1)))
			return 0;
		at++;
	}
	if (small && large) /* words follow something else */
		return 0;
	if (len < IBAN_BYTES_MIN || len != wanted || ascii_is_alnum(mask_at(mask, at)))
		return 0;
	return remainder_mod_97(str_make(iban, len)) == 1 ? at : 0;
}

void iban_find(struct mask *mask, struct groups *groups)
{
	groups_read(groups, mask);
	for (size_t i = 0; i < groups->count; i++) {
		const struct group *check = &groups->at[i];
		size_t start = check->start >= 2 ? check->start - 2 : 0;
		if (check->start < 2 || !may_start(mask, start, check))
			continue;
		size_t end = iban_end(mask, start);
		if (end > 0 && !scan_in_uuid(mask, start))
			mask_claim(mask, start, end, PII_IBAN);
	}
}
