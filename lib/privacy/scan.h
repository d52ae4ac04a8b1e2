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
 * Context    the words before a number, which distinguish a phone number from an order number
 *            (context.h). */
#ifndef PRIVACY_SCAN_H
#define PRIVACY_SCAN_H

#include "privacy/context.h"
#include "privacy/recall.h"
#include "privacy/redact.h"

#define WALL_KEPT '\x01' /* the text there stays as it is */
/* The text there becomes a placeholder of the kind; 15 kinds have room below the blank. */
#define WALL_CLAIM '\x0e'

/* Stands for tags that are more than a change of font, where tags are left out: a blank, but the
 * start of a field too. Honest text has none after it was normalised. */
#define TAG_GAP "\r"

static inline bool is_blank(char c)
{
	return c == ' ' || c == TAG_GAP[0];
}

struct mask {
	char *text;
	size_t len;
	size_t claims;         /* number of claims so far */
	struct recall *recall; /* remembers what is claimed; NULL: nothing does */
	struct context_memo *memo;
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

struct group {
	size_t start;
	size_t len;
	/* The digits from here on, as far as groups have nothing but a few signs between them that
	 * numbers have there: no number in groups that begins here has more. */
	size_t reach;
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
void mac_find(struct mask *mask, struct groups *groups);
void phone_find(struct mask *mask, struct groups *groups);

#endif
