/* Phone numbers, by how they are written:
 *
 *   +49 (0)30 1234-567   a plus sign or an international prefix, 8 to 15 digits (ITU-T E.164)
 *   (555) 123-4567       North American: three, three and four digits, with or without the country
 *                        code
 *   030/1234567          national, from the trunk prefix 0: 9 to 12 digits in at least two groups
 *   call 5551234567      anything of 7 to 15 digits after a word that announces a phone number
 *
 * A bare row of digits without such a word is an order number, a time or a key. So is a number in
 * the second or third form right after a word like "order" or a number sign. */
#include "privacy/scan.h"

#include <string.h>

#define E164_DIGITS_MIN 8
#define E164_DIGITS_MAX 15
#define NATIONAL_DIGITS_MIN 9
#define NATIONAL_DIGITS_MAX 12
#define ANNOUNCED_DIGITS_MIN 7
#define LIST_GROUPS_MIN 4
#define BARE_DIGITS_MIN 8  /* without any character between them */
#define NANP_DIGITS 11     /* with the country code */
#define BARE_ABROAD_MIN 11 /* with "00" */
#define BARE_ABROAD_MAX 15
#define USUAL_DIGITS 10   /* from this count on, a blank may be the end of the number */
#define CERTAIN_DIGITS 11 /* from this count on, a blank is the end */
#define GAP_MAX 3

struct phone {
	const struct mask *mask;
	const struct groups *groups;
};

/* A number: groups up to `last` (included), and their digits in total. */
struct span {
	size_t last;
	size_t digits;
};

static const struct group *group_at(const struct phone *phone, size_t index)
{
	return &phone->groups->at[index];
}

static size_t phone_group_end(const struct phone *phone, size_t index)
{
	return group_at(phone, index)->start + group_at(phone, index)->len;
}

/* True for what may be between two groups of one number; a sign with blanks on both sides separates
 * two numbers. */
static bool is_gap(struct str gap)
{
	bool signs = false;
	for (size_t i = 0; i < gap.len; i++) {
		char c = gap.data[i];
		if (c != ' ' && c != '-' && c != '.' && c != '/' && c != '(' && c != ')')
			return false;
		signs = signs || c != ' ';
	}
	if (gap.len == 0 || gap.len > GAP_MAX || (gap.len > 1 && !signs))
		return false;
	return !(gap.len == GAP_MAX && gap.data[0] == ' ' && gap.data[2] == ' ');
}

/* "089 / 31 29 56": a trunk prefix makes one number of both sides. "+" is a blank of a form. */
static bool is_area_gap(const struct phone *phone, size_t index, struct str gap)
{
	return gap.len == 3 && strchr(" +", gap.data[0]) && gap.data[1] == '/' &&
	       strchr(" +", gap.data[2]) && group_at(phone, index)->len <= 6 &&
	       phone->mask->text[group_at(phone, index)->start] == '0';
}

static struct str gap_after(const struct phone *phone, size_t index)
{
	return groups_gap(phone->mask, phone->groups, index, GAP_MAX);
}

/* True when the next group may belong to the same number. */
static bool has_gap_after(const struct phone *phone, size_t index)
{
	struct str gap = gap_after(phone, index);
	return is_gap(gap) || is_area_gap(phone, index, gap);
}

static bool in_parentheses(const struct phone *phone, size_t index)
{
	return mask_before(phone->mask, group_at(phone, index)->start) == '(' &&
	       mask_at(phone->mask, phone_group_end(phone, index)) == ')';
}

/* True for three, three and four digits from `first` on, or "(ddd) ddddddd"; sets the last
 * group. */
static bool nanp_groups(const struct phone *phone, size_t first, size_t *ret_last)
{
	const struct groups *groups = phone->groups;
	if (first + 1 >= groups->count || group_at(phone, first)->len != 3)
		return false;
	struct str one = gap_after(phone, first);
	bool area = in_parentheses(phone, first);
	if (area ? !(one.len <= 2 && is_gap(one)) : !scan_gap_is_one_of(one, "-. /"))
		return false;
	if (area && group_at(phone, first + 1)->len == 7) {
		*ret_last = first + 1;
		return true;
	}
	if (first + 2 >= groups->count || group_at(phone, first + 1)->len != 3 ||
	    group_at(phone, first + 2)->len != 4)
		return false;
	*ret_last = first + 2;
	return scan_gap_is_one_of(gap_after(phone, first + 1), "-. ");
}

/* True when the number goes on after `span`. It does not when a blank comes late, before a new
 * trunk prefix, or before something that is a number of its own. */
static bool goes_on(const struct phone *phone, const struct span *span, size_t digits_max)
{
	struct str gap = gap_after(phone, span->last);
	size_t ignored;
	if (!has_gap_after(phone, span->last) ||
	    span->digits + group_at(phone, span->last + 1)->len > digits_max)
		return false;
	if (gap.data[0] != ' ' || span->digits < USUAL_DIGITS)
		return true;
	return span->digits < CERTAIN_DIGITS &&
	       phone->mask->text[group_at(phone, span->last + 1)->start] != '0' &&
	       !nanp_groups(phone, span->last + 1, &ignored);
}

/* Extends a number from `first` as far as it goes. `prefix`: digits at the start that do not
 * count. */
static struct span extend_span(const struct phone *phone, size_t first, size_t prefix,
                               size_t digits_max)
{
	struct span span = {.last = first, .digits = group_at(phone, first)->len - prefix};
	while (goes_on(phone, &span, digits_max))
		span.digits += group_at(phone, ++span.last)->len;
	return span;
}

/* True for a part of a longer number, a time or a path: 2024-555-123-4567-1, 16:49:04.123456789,
 * 2013/09/26/12345. */
static bool is_tail(const struct phone *phone, size_t first)
{
	size_t start = group_at(phone, first)->start;
	char before = mask_before(phone->mask, start);
	return (before == '-' || before == '.' || before == ':' || before == '/') && start > 1 &&
	       ascii_is_digit(phone->mask->text[start - 2]);
}

static bool is_embedded(const struct phone *phone, size_t first, size_t last)
{
	char after = mask_at(phone->mask, phone_group_end(phone, last));
	return is_tail(phone, first) ||
	       ((after == '-' || after == '.') &&
	        ascii_is_digit(mask_at(phone->mask, phone_group_end(phone, last) + 1)));
}

/* True for a date: 24.11.2026, 24/11/26, 2026-11-24: two equal signs, then something else. */
static bool is_date(const struct phone *phone, size_t first)
{
	if (first + 2 >= phone->groups->count)
		return false;
	size_t a = group_at(phone, first)->len, b = group_at(phone, first + 1)->len,
	       c = group_at(phone, first + 2)->len;
	struct str one = gap_after(phone, first), two = gap_after(phone, first + 1);
	if (!scan_gap_is_one_of(one, "-./") || !str_eq(one, two))
		return false;
	if (a == 4 && b <= 2 && c <= 2)
		return true;
	return a <= 2 && b <= 2 &&
	       (c == 4 || (c == 2 && !str_eq(one, gap_after(phone, first + 2))));
}

/* True for ddd-dd-dddd that ssn.c did not claim: an example, or a number that is never issued. */
static bool is_ssn_shape(const struct phone *phone, size_t first, size_t last)
{
	return last == first + 2 && group_at(phone, first)->len == 3 &&
	       group_at(phone, first + 1)->len == 2 && group_at(phone, last)->len == 4;
}

/* True for a group of three digits or more, or nothing but pairs with the same sign between them:
 * "06 12 34 56 78". Times and sections ("10.30-11.30") have neither. */
static bool grouped_like_a_phone(const struct phone *phone, size_t first, size_t last)
{
	bool pairs = last - first >= 3;
	for (size_t i = first; i <= last; i++) {
		if (group_at(phone, i)->len > 2)
			return true;
		pairs = pairs && group_at(phone, i)->len == 2 &&
		        (i == last || str_eq(gap_after(phone, i), gap_after(phone, first)));
	}
	return pairs;
}

/* How many digits of an international prefix start here, with more groups after them: 2 ("00"), 3
 * ("011") or 0. */
static size_t prefix_digits(const struct phone *phone, size_t first)
{
	const struct group *group = group_at(phone, first);
	const char *digits = phone->mask->text + group->start;
	if (!is_gap(gap_after(phone, first)) || is_tail(phone, first))
		return 0;
	if (group->len == 3 && memcmp(digits, "011", 3) == 0)
		return 3;
	bool zeros = group->len >= 2 && group->len <= 6 && memcmp(digits, "00", 2) == 0;
	return zeros && (group->len == 2 || digits[2] != '0') ? 2 : 0;
}

/* "0049301234567": a bare row with a prefix that few other numbers begin with. */
static bool is_bare_international(const struct phone *phone, size_t first)
{
	const struct mask *mask = phone->mask;
	const struct group *group = group_at(phone, first);
	const char *digits = mask->text + group->start;
	char before = mask_before(mask, group->start),
	     after = mask_at(mask, group->start + group->len);
	if (group->len < BARE_ABROAD_MIN || group->len > BARE_ABROAD_MAX ||
	    memcmp(digits, "00", 2) != 0 || digits[2] == '0' || ascii_is_alpha(after) ||
	    strchr("_#", before) || is_embedded(phone, first, first))
		return false;
	return !context_has(mask, group->start, WORD_ORDER | WORD_ID | WORD_CARD, WORD_PHONE);
}

static bool is_international(const struct phone *phone, size_t first, size_t *ret_last)
{
	const struct mask *mask = phone->mask;
	size_t start = group_at(phone, first)->start;
	bool plus =
	        mask_before(mask, start) == '+' && !ascii_is_alnum(mask_before(mask, start - 1));
	size_t prefix = plus ? 0 : prefix_digits(phone, first);
	*ret_last = first;
	if (!plus && is_bare_international(phone, first))
		return true;
	if (!plus && (prefix == 0 || context_is_order_number(mask, start)))
		return false;
	size_t most = plus && mask->text[start] == '1' ? NANP_DIGITS : E164_DIGITS_MAX;
	if (group_at(phone, first)->len > most)
		return false;
	/* "+49 (0)30": the trunk prefix in parentheses is not dialled. */
	size_t trunk = group_at(phone, first)->len > prefix && first + 1 < phone->groups->count &&
	               in_parentheses(phone, first + 1) && group_at(phone, first + 1)->len == 1;
	struct span span = extend_span(phone, first, prefix + trunk, most);
	*ret_last = span.last;
	return span.digits + trunk >= E164_DIGITS_MIN &&
	       !(span.last == first &&
	         ascii_is_alpha(mask_at(mask, phone_group_end(phone, first))));
}

/* Numbers of a list are before it: "20 24 46 104 109 555-0100". */
static bool ends_list(const struct phone *phone, size_t first)
{
	for (size_t i = 1; i <= LIST_GROUPS_MIN; i++)
		if (i > first || !scan_gap_is_one_of(gap_after(phone, first - i), " ") ||
		    group_at(phone, first - i)->len > 4)
			return false;
	return true;
}

static bool is_north_american(const struct phone *phone, size_t first, size_t *ret_last)
{
	size_t area = first;
	const struct group *group = group_at(phone, first);
	if (group->len == 1 && phone->mask->text[group->start] == '1' &&
	    is_gap(gap_after(phone, first)))
		area++;
	if (area >= phone->groups->count || !nanp_groups(phone, area, ret_last) ||
	    is_embedded(phone, first, *ret_last) || ends_list(phone, first))
		return false;
	return in_parentheses(phone, area) || !context_is_order_number(phone->mask, group->start);
}

/* "(11) 91234-5678", "(11) 9 1234-5678", "(09) 404 845": an area code in parentheses. */
static bool is_area_first(const struct phone *phone, size_t first, size_t *ret_last)
{
	const struct group *group = group_at(phone, first);
	if (!in_parentheses(phone, first) || group->len < 2 || group->len > 5)
		return false;
	struct span span = extend_span(phone, first, 0, NATIONAL_DIGITS_MAX);
	*ret_last = span.last;
	if (span.last == first)
		return false;
	bool trunk = phone->mask->text[group->start] == '0';
	size_t second = group_at(phone, first + 1)->len;
	bool mobile = second == 1 && span.last > first + 1 && group_at(phone, first + 2)->len == 4;
	return span.digits >= (trunk ? NATIONAL_DIGITS_MIN - 1 : NATIONAL_DIGITS_MIN) &&
	       (second >= 3 || mobile) && !is_embedded(phone, first, span.last) &&
	       !context_is_order_number(phone->mask, group->start);
}

static bool is_national(const struct phone *phone, size_t first, size_t *ret_last)
{
	const struct group *group = group_at(phone, first);
	const char *digits = phone->mask->text + group->start;
	if (group->len < 2 || digits[0] != '0' || digits[1] == '0' || is_date(phone, first))
		return false;
	struct span span = extend_span(phone, first, 0, NATIONAL_DIGITS_MAX);
	*ret_last = span.last;
	return span.last > first && span.digits >= NATIONAL_DIGITS_MIN &&
	       grouped_like_a_phone(phone, first, span.last) &&
	       !ascii_is_alpha(mask_at(phone->mask, phone_group_end(phone, span.last))) &&
	       !is_ssn_shape(phone, first, span.last) && !is_embedded(phone, first, span.last) &&
	       !context_is_order_number(phone->mask, group->start);
}

/* True for amounts of money: "$ 1 234 567", "1 234 567 EUR". */
static bool is_money(const struct phone *phone, size_t first, size_t last)
{
	static const char *const currencies[] = {"EUR",          "USD", "GBP",      "CHF",
	                                         "\xe2\x82\xac", "$",   "\xc2\xa3", "%"};
	size_t start = group_at(phone, first)->start, end = phone_group_end(phone, last);
	if (mask_before(phone->mask, start) == '$')
		return true;
	if (mask_at(phone->mask, end) == ' ')
		end++;
	for (size_t i = 0; i < ARRAY_LEN(currencies); i++)
		if (str_starts(str_make(phone->mask->text + end, phone->mask->len - end),
		               str_of(currencies[i])))
			return true;
	return false;
}

static const struct {
	const char *groups;
	const char *first;
} forms[] = {
#define FORM(groups, first) {groups, first},
#include "privacy/phone_forms.def"
};

static bool has_form(const struct phone *phone, size_t first, const char *groups, size_t *ret_last)
{
	for (size_t i = 0; groups[i]; i++) {
		if (first + i >= phone->groups->count ||
		    group_at(phone, first + i)->len != (size_t)(groups[i] - '0'))
			return false;
		*ret_last = first + i;
		if (groups[i + 1] && !scan_gap_is_one_of(gap_after(phone, first + i), " -"))
			return false;
	}
	return true;
}

/* True for a part of a row of groups with the same gaps: a list, a card. */
static bool is_in_row(const struct phone *phone, size_t first, size_t last)
{
	struct str before = first > 0 ? gap_after(phone, first - 1) : (struct str){0};
	return scan_gap_is_one_of(before, " -.,/") ||
	       scan_gap_is_one_of(gap_after(phone, last), " -.,/");
}

/* True for a part of a code, a column of a table, or one number twice. */
static bool is_column(const struct phone *phone, size_t first)
{
	const struct mask *mask = phone->mask;
	const struct group *one = group_at(phone, first), *two = group_at(phone, first + 1);
	char before = mask_before(mask, one->start);
	if (one->start > 1 && ((before == '-' && ascii_is_alnum(mask->text[one->start - 2])) ||
	                       (before == ' ' && mask->text[one->start - 2] == ' ')))
		return true;
	return before == '\t' ||
	       (one->len == two->len &&
	        memcmp(mask->text + one->start, mask->text + two->start, one->len) == 0);
}

static bool has_national_form(const struct phone *phone, size_t first, size_t *ret_last)
{
	const struct group *group = group_at(phone, first);
	if (!scan_gap_is_one_of(gap_after(phone, first), " -"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		if (!strchr(forms[i].first, phone->mask->text[group->start]) ||
		    !has_form(phone, first, forms[i].groups, ret_last) ||
		    is_in_row(phone, first, *ret_last) || is_column(phone, first) ||
		    is_embedded(phone, first, *ret_last) || is_money(phone, first, *ret_last) ||
		    ascii_is_alpha(mask_at(phone->mask, phone_group_end(phone, *ret_last))))
			continue;
		return !context_is_order_number(phone->mask, group->start) &&
		       !context_has(phone->mask, group->start,
		                    WORD_ORDER | WORD_ID | WORD_CARD | WORD_VERSION, WORD_PHONE);
	}
	return false;
}

static bool is_announced(const struct phone *phone, size_t first, size_t *ret_last)
{
	const struct group *group = group_at(phone, first);
	if (group->len > E164_DIGITS_MAX || is_date(phone, first))
		return false;
	struct span span = extend_span(phone, first, 0, E164_DIGITS_MAX);
	*ret_last = span.last;
	char after = mask_at(phone->mask, phone_group_end(phone, span.last));
	/* This is a key, a hash or a count; "x12" is an extension. */
	if (span.last == first &&
	    (span.digits < BARE_DIGITS_MIN || (ascii_is_alpha(after) && after != 'x')))
		return false;
	if (span.digits < ANNOUNCED_DIGITS_MIN || !grouped_like_a_phone(phone, first, span.last) ||
	    is_money(phone, first, span.last) || is_embedded(phone, first, span.last) ||
	    mask_before(phone->mask, group->start) == '#' ||
	    mask_before(phone->mask, group->start) == '_')
		return false;
	/* "called 13988949 times" */
	if (span.last == first && phone->mask->text[group->start] != '0' &&
	    (context_next(phone->mask, phone_group_end(phone, first)) & WORD_COUNTED))
		return false;
	return context_has(phone->mask, group->start, WORD_PHONE, WORD_ORDER | WORD_ID) ||
	       context_is_my_number(phone->mask, group->start) ||
	       letter_announces(phone->mask, group->start, phone_group_end(phone, span.last));
}

/* True when the text closes a parenthesis that it has not opened. */
static bool closes_one(struct str text)
{
	int open = 0;
	for (size_t i = 0; i < text.len; i++)
		open += (text.data[i] == '(') - (text.data[i] == ')');
	return open < 0;
}

/* Start of the claim: a plus sign and a parenthesis before the number belong to it. */
static size_t claim_start(const struct phone *phone, size_t first, size_t end)
{
	size_t start = group_at(phone, first)->start;
	if (mask_before(phone->mask, start) == '+')
		start--;
	if (mask_before(phone->mask, start) == '(' &&
	    closes_one(str_make(phone->mask->text + start, end - start)))
		start--;
	return start;
}

static bool phone_at(const struct phone *phone, size_t first, size_t *ret_last)
{
	/* Every form has more than one group, or is a long one. */
	if (group_at(phone, first)->reach < ANNOUNCED_DIGITS_MIN)
		return false;
	if (group_at(phone, first)->len < BARE_DIGITS_MIN && !has_gap_after(phone, first))
		return false;
	return context_number_may_start(phone->mask, group_at(phone, first)->start) &&
	       (is_international(phone, first, ret_last) ||
	        is_north_american(phone, first, ret_last) || is_national(phone, first, ret_last) ||
	        is_area_first(phone, first, ret_last) || is_announced(phone, first, ret_last) ||
	        has_national_form(phone, first, ret_last));
}

/* The number of a parcel of UPS as they print it: "1Z 999 AA1 01 2345 6784". */
static bool is_in_parcel(const struct mask *mask, size_t start)
{
	static const char before[] = "1z 999 aa1 ";
	const size_t len = sizeof(before) - 1;
	if (start < len || ascii_is_alnum(mask_before(mask, start - len)))
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = ascii_lower(mask->text[start - len + i]);
		if (i < 2 || before[i] == ' ' ? c != before[i] : !ascii_is_alnum(c))
			return false;
	}
	return true;
}

void phone_find(struct mask *mask, struct groups *groups)
{
	groups_read(groups, mask);
	struct phone phone = {.mask = mask, .groups = groups};
	for (size_t i = 0; i < groups->count; i++) {
		size_t last;
		if (!phone_at(&phone, i, &last) || scan_in_uuid(mask, groups->at[i].start) ||
		    is_in_parcel(mask, groups->at[i].start))
			continue;
		size_t end = phone_group_end(&phone, last);
		mask_claim(mask, claim_start(&phone, i, end), end, PII_PHONE);
		i = last;
	}
}
