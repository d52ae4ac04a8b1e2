/* Values as hashes. Numbers are compared by their digits, telephone numbers by their last digits
 * too, so that the country code and the trunk prefix may be missing; everything else by its letters
 * and digits without case. A bit set of beginnings and endings decides where a longer look is worth
 * it. */
#include "privacy/recall.h"

#include <string.h>

#define PHONE_DIGITS_MIN 7
#define COUNTRY_DIGITS_MAX 3
#define VALUE_BYTES_MAX 400
#define BIT_MASK ((UINT64_C(1) << RECALL_SET_BITS) - 1)
#define TYPE_SHIFT RECALL_SET_BITS
#define TYPE_MASK (UINT64_C(3) << TYPE_SHIFT)
#define WHOLE_SHIFT (TYPE_SHIFT + 2)

enum { TYPE_NUMBER = 1, TYPE_WORD, TYPE_ADDRESS };

static const uint64_t powers[RECALL_NUMBER_DIGITS_MAX + 1] = {
        UINT64_C(1),
        UINT64_C(10),
        UINT64_C(100),
        UINT64_C(1000),
        UINT64_C(10000),
        UINT64_C(100000),
        UINT64_C(1000000),
        UINT64_C(10000000),
        UINT64_C(100000000),
        UINT64_C(1000000000),
        UINT64_C(10000000000),
        UINT64_C(100000000000),
        UINT64_C(1000000000000),
        UINT64_C(10000000000000),
        UINT64_C(100000000000000),
        UINT64_C(1000000000000000),
        UINT64_C(10000000000000000),
        UINT64_C(100000000000000000),
        UINT64_C(1000000000000000000),
        UINT64_C(10000000000000000000),
};

static uint64_t mix(uint64_t value)
{
	value = (value ^ value >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	value = (value ^ value >> 27) * UINT64_C(0x94D049BB133111EB);
	return value ^ value >> 31;
}

/* A key holds its type and the bit of its set, so that the sets can be made again of the keys. */
static uint64_t key_of(uint64_t hash, unsigned type, unsigned bit)
{
	return (mix(hash) & ~(BIT_MASK | TYPE_MASK)) | (uint64_t)type << TYPE_SHIFT | bit;
}

static unsigned number_bit(uint64_t number)
{
	return (unsigned)(mix(number % 10000) & BIT_MASK);
}

static uint64_t number_key(uint64_t number, unsigned digits)
{
	return key_of(number * 31 + digits, TYPE_NUMBER, number_bit(number));
}

static void set_add(struct recall_set *set, uint64_t bit)
{
	set->bits[(bit & BIT_MASK) / 64] |= UINT64_C(1) << (bit & 63);
	set->any = true;
}

static bool set_has(const struct recall_set *set, uint64_t bit)
{
	return set->bits[(bit & BIT_MASK) / 64] & UINT64_C(1) << (bit & 63);
}

static void keep(struct recall *recall, uint64_t key, enum pii_kind kind)
{
	if (recall->values.count >= RECALL_VALUES_MAX)
		return;
	map_put(&recall->values, key, (uint64_t)kind);
	switch ((key & TYPE_MASK) >> TYPE_SHIFT) {
	case TYPE_NUMBER: set_add(&recall->number_ends, key); break;
	case TYPE_WORD:
		set_add(&recall->word_starts, key);
		set_add(&recall->words, key >> WHOLE_SHIFT);
		break;
	case TYPE_ADDRESS: set_add(&recall->addresses, key); break;
	default: break;
	}
}

static bool is_kept(const struct recall *recall, uint64_t key, enum pii_kind *ret_kind)
{
	uint64_t kind;
	if (!map_get(&recall->values, key, &kind))
		return false;
	*ret_kind = (enum pii_kind)kind;
	return true;
}

void recall_free(struct recall *recall)
{
	map_free(&recall->values);
	*recall = (struct recall){0};
}

void recall_save(const struct recall *recall, struct buf *out)
{
	for (size_t i = 0; i < recall->values.cap; i++)
		if (recall->values.slots[i].key != 0)
			buf_add(out, &recall->values.slots[i], sizeof(struct map_slot));
}

void recall_load(struct recall *recall, struct str bytes)
{
	for (struct map_slot slot; bytes.len >= sizeof(slot);
	     bytes = str_skip(bytes, sizeof(slot))) {
		memcpy(&slot, bytes.data, sizeof(slot));
		if (slot.key != 0 && slot.value < PII_KINDS)
			keep(recall, slot.key, (enum pii_kind)slot.value);
	}
}

/* The digits of a number without the zeros it begins with and, if `dialled`, without a trunk prefix
 * in parentheses; false when there are none or too many. */
static bool read_number(struct str text, bool dialled, uint64_t *ret_number, unsigned *ret_digits)
{
	uint64_t number = 0;
	unsigned digits = 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		if (!ascii_is_digit(c) || (digits == 0 && c == '0') ||
		    (dialled && c == '0' && i > 0 && text.data[i - 1] == '(' && i + 1 < text.len &&
		     text.data[i + 1] == ')'))
			continue;
		if (++digits > RECALL_NUMBER_DIGITS_MAX)
			return false;
		number = number * 10 + (uint64_t)(c - '0');
	}
	*ret_number = number;
	*ret_digits = digits;
	return digits >= RECALL_NUMBER_DIGITS_MIN;
}

/* Telephone numbers also without up to three of their first digits: the country code. */
static void add_digits(struct recall *recall, enum pii_kind kind, struct str value, bool dialled)
{
	uint64_t number;
	unsigned digits, fewest;
	if (!read_number(value, dialled, &number, &digits))
		return;
	fewest = kind != PII_PHONE || digits <= PHONE_DIGITS_MIN  ? digits
	         : digits - COUNTRY_DIGITS_MAX > PHONE_DIGITS_MIN ? digits - COUNTRY_DIGITS_MAX
	                                                          : PHONE_DIGITS_MIN;
	for (unsigned count = fewest; count <= digits; count++)
		keep(recall, number_key(number % powers[count], count), kind);
}

/* "+49 (0)30 1234" is also written together as it stands. */
static void add_number(struct recall *recall, enum pii_kind kind, struct str value)
{
	add_digits(recall, kind, value, true);
	if (kind == PII_PHONE && str_find(value, STR("(0)")) >= 0)
		add_digits(recall, kind, value, false);
}

static void add_word(struct recall *recall, enum pii_kind kind, struct str value)
{
	uint64_t hash = 0, start = 0;
	unsigned chars = 0;
	bool digit = false, letter = false;
	for (size_t i = 0; i < value.len; i++) {
		char c = value.data[i];
		if (!recall_in_word(c))
			continue;
		hash = recall_hash(hash, c);
		digit = digit || ascii_is_digit(c);
		letter = letter || !ascii_is_digit(c);
		if (++chars == RECALL_START_CHARS)
			start = hash;
	}
	if (chars < RECALL_WORD_CHARS_MIN || chars > RECALL_WORD_CHARS_MAX)
		return;
	if (!letter)
		add_number(recall, kind, value);
	else if (digit || kind == PII_EMAIL)
		keep(recall, key_of(hash, TYPE_WORD, (unsigned)(mix(start) & BIT_MASK)), kind);
}

static uint64_t address_key(struct str text)
{
	uint64_t hash = 0;
	for (size_t i = 0; i < text.len; i++)
		hash = recall_hash(hash, text.data[i]);
	return key_of(hash, TYPE_ADDRESS, (unsigned)(mix(hash) & BIT_MASK));
}

void recall_add(struct recall *recall, enum pii_kind kind, struct str value)
{
	if (value.len > VALUE_BYTES_MAX)
		return;
	if (kind == PII_CVV || kind == PII_BIRTH_DATE || kind == PII_ENCODED)
		return;
	if (kind == PII_PHONE || kind == PII_CREDIT_CARD || kind == PII_SSN)
		add_number(recall, kind, value);
	else if (kind != PII_IP)
		add_word(recall, kind, value);
	else if (value.len <= RECALL_ADDRESS_BYTES_MAX && str_find_char(value, '.') > 0)
		keep(recall, address_key(value), kind);
}

bool recall_has_number(const struct recall *recall, uint64_t number, unsigned digits,
                       enum pii_kind *ret_kind)
{
	unsigned fewest = digits > RECALL_NUMBER_DIGITS_MIN + COUNTRY_DIGITS_MAX
	                          ? digits - COUNTRY_DIGITS_MAX
	                          : RECALL_NUMBER_DIGITS_MIN;
	if (digits < RECALL_NUMBER_DIGITS_MIN || !set_has(&recall->number_ends, number_bit(number)))
		return false;
	for (unsigned count = fewest; count <= digits; count++)
		if (is_kept(recall, number_key(number % powers[count], count), ret_kind))
			return true;
	return false;
}

bool recall_may_start(const struct recall *recall, uint64_t start)
{
	return set_has(&recall->word_starts, mix(start));
}

bool recall_has_word(const struct recall *recall, uint64_t hash, uint64_t start,
                     enum pii_kind *ret_kind)
{
	uint64_t key = key_of(hash, TYPE_WORD, (unsigned)(mix(start) & BIT_MASK));
	return set_has(&recall->words, key >> WHOLE_SHIFT) && is_kept(recall, key, ret_kind);
}

bool recall_has_address(const struct recall *recall, struct str address, enum pii_kind *ret_kind)
{
	return is_kept(recall, address_key(address), ret_kind);
}
