/* What the finders of personal data share. Private to this folder: users include redact.h.
 *
 * The mask   a copy of the text in which everything that is gone is overwritten: placeholders of
 *            the input, and what a finder claimed. Such a byte is a wall: no match crosses,
 *            includes or counts it, and no finder may depend on how many walls are in a row (a
 *            placeholder does not have the length of what it replaces).
 * A finder   reads the mask from left to right and claims what it recognises. Finders run one
 *            after the other, the most certain first, in rounds until a round claims nothing. As
 *            the walls look the same to the next call of redact(), this proves
 *            redact(redact(x)) = redact(x).
 * A group    consecutive digits. Numbers are recognised as sequences of groups and what is
 *            between them.
 * Context    the words before a number, which distinguish a phone number from an order number. */
#ifndef PRIVACY_SCAN_H
#define PRIVACY_SCAN_H

#include "privacy/recall.h"
#include "privacy/redact.h"

#define WALL_KEPT '\x01' /* the text there stays as it is */
/* The text there becomes a placeholder of the kind; 15 kinds have room below the blank. */
#define WALL_CLAIM '\x0e'

struct mask {
	char *text;
	size_t len;
	size_t claims;         /* number of claims so far */
	struct recall *recall; /* remembers what is claimed; NULL: nothing does */
};

static inline bool is_wall(char c)
{
	return (unsigned char)c < ' ' && c != '\n' && c != '\t' && c != '\r';
}

/* The byte at `at`; a wall beyond the end. */
static inline char mask_at(const struct mask *mask, size_t at)
{
	return at < mask->len ? mask->text[at] : WALL_KEPT;
}

/* The byte before `at`; a wall before the start. */
static inline char mask_before(const struct mask *mask, size_t at)
{
	return at > 0 ? mask->text[at - 1] : WALL_KEPT;
}

static inline bool is_high(char c)
{
	return (unsigned char)c >= 0x80;
}

/* Claims start..end (not empty), extended over the whole of a character that begins or ends
 * there. */
void mask_claim(struct mask *mask, size_t start, size_t end, enum pii_kind kind);

enum word_class {
	WORD_PHONE = 1,   /* a phone number follows */
	WORD_ORDER = 2,   /* an order, ticket or invoice number follows, whatever it looks like */
	WORD_ID = 4,      /* some other number follows, unless it is written like a phone number */
	WORD_NEUTRAL = 8, /* says nothing: "number", "is" */
	WORD_SSN = 16,    /* a social security number follows */
	WORD_CARD = 32,   /* a card number follows */
	WORD_IP = 64,     /* an address follows */
	WORD_VERSION = 128, /* a version follows */
	WORD_PRODUCT = 256, /* a version may follow */
	WORD_NUMBER = 512,  /* "number": with a word of the next class before it, a phone number */
	WORD_MINE = 1024,   /* "my" */
	WORD_LETTER = 2048, /* "M", "T": a phone number follows when it is a label */
	WORD_NATIONAL = 4096, /* the number of an identity card or a tax payer follows */
	WORD_PASSPORT = 8192, /* the number of a passport follows */
	WORD_CVV = 16384,     /* the security code of a card follows */
	WORD_BIRTH = 32768,   /* a date of birth follows */
	WORD_CODE = 65536,    /* "code": with a word of the next class, as WORD_CVV */
	WORD_SECURITY = 131072
};

/* True when one of the five words before `at` has a class in `want` and, walking back, no word with
 * a class in `veto` comes first. A wall counts as no word; an empty line ends the walk. */
bool context_has(const struct mask *mask, size_t at, unsigned want, unsigned veto);
/* The same for the word directly before `at`; neutral words are skipped. */
bool context_directly(const struct mask *mask, size_t at, unsigned want);
/* True when "my number is" or the like is before `at`, or a letter that people use as the label of
 * their phone number: "M: 07911123456" at the start of a line or of a field. */
bool context_is_my_number(const struct mask *mask, size_t at);
bool context_is_phone_letter(const struct mask *mask, size_t at);
/* True when "security code" or the like is before `at`. */
bool context_is_security_code(const struct mask *mask, size_t at);
/* True when the word before `at` looks like the name of a product: "AcmeSync 4.12.3.10". */
bool context_is_name(const struct mask *mask, size_t at);
/* True when the number at `at` is marked as an order number: "#4711", "order no. 4711". */
bool context_is_order_number(const struct mask *mask, size_t at);

struct group {
	size_t start;
	size_t len;
};

/* All groups of the mask; read again only after something was claimed. */
struct groups {
	const struct group *at;
	size_t count;
	size_t claims; /* the mask's claims when they were read */
	struct buf memory;
};
void groups_init(struct groups *groups);
void groups_free(struct groups *groups);
/* Must be called before another mask is used. */
void groups_forget(struct groups *groups);
void groups_read(struct groups *groups, const struct mask *mask);
/* The bytes between a group and the next one; empty when there is no next one or more than `most`
 * bytes are between them. */
static inline struct str groups_gap(const struct mask *mask, const struct groups *groups,
                                    size_t group, size_t most)
{
	if (group + 1 >= groups->count)
		return (struct str){0};
	size_t start = groups->at[group].start + groups->at[group].len;
	size_t len = groups->at[group + 1].start - start;
	return len <= most ? (struct str){mask->text + start, len} : (struct str){0};
}
/* True when the gap is a single byte, and one of `bytes`. */
bool scan_gap_is_one_of(struct str gap, const char *bytes);
/* True when a number may start here: at a wall, after anything but a letter or digit, or after a
 * word that announces a number ("tel5551234567"). */
bool context_number_may_start(const struct mask *mask, size_t at);
bool scan_in_uuid(const struct mask *mask, size_t at);

/* The e-mail address around the `@` at `at`; false when there is none. */
bool email_around(const struct mask *mask, size_t at, size_t *ret_start, size_t *ret_end);

/* False for what can be no top-level domain: digits, the ending of a file. */
bool email_is_top_level(const struct mask *mask, size_t start, size_t end);
void email_find(struct mask *mask);
/* Veiled ones: around signs with blanks or quotes, and around words ("(at)"). */
void email_find_signs(struct mask *mask);
void email_find_words(struct mask *mask);
void iban_find(struct mask *mask, struct groups *groups);
void ip_find(struct mask *mask);
/* Cards in a usual grouping are found before SSNs, other groupings after them. */
void card_find(struct mask *mask, struct groups *groups, bool usual);
void ssn_find(struct mask *mask, struct groups *groups);
void national_find(struct mask *mask, struct groups *groups);
void passport_find(struct mask *mask, struct groups *groups);
void birth_find(struct mask *mask, struct groups *groups);
void cvv_find(struct mask *mask, struct groups *groups);
void mac_find(struct mask *mask);
void phone_find(struct mask *mask, struct groups *groups);

#endif
