/* What the words before a number say of it. Private to this folder: included by scan.h.
 *
 * The words before a number are the last five of its line and of those above it, up to an empty
 * line. In a table they are the words of the heading of its column, where that says anything. */
#ifndef PRIVACY_CONTEXT_H
#define PRIVACY_CONTEXT_H

#include "base/buf.h"

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
	WORD_MINE = 1024,   /* "my", "me" */
	WORD_LETTER = 2048, /* "M", "T": a phone number follows when it is a label */
	WORD_NATIONAL = 4096, /* the number of an identity card or a tax payer follows */
	WORD_PASSPORT = 8192, /* the number of a passport follows */
	WORD_CVV = 16384,     /* the security code of a card follows */
	WORD_BIRTH = 32768,   /* a date of birth follows */
	WORD_CODE = 65536,    /* "code": with a word of the next class, as WORD_CVV */
	WORD_SECURITY = 1 << 17,
	WORD_MAC = 1 << 18,     /* the address of a network card follows */
	WORD_ARTICLE = 1 << 19, /* the number of an article or a book follows: no card, never */
	WORD_PASS = 1 << 20,    /* with "number" behind it, as WORD_PASSPORT */
	WORD_REACH = 1 << 21,   /* with "me" behind it, as WORD_PHONE */
	WORD_COUNTED = 1 << 22, /* what is counted: the number before it is none of a phone */
	WORD_DESK = 1 << 23     /* with WORD_PRODUCT: a program for people, never a machine */
};

/* The classes of a word (vocabulary.c). */
unsigned vocabulary_classes(struct str word);

struct mask;

/* The table that was looked at last, its line, and a column in it (table.c). */
struct table {
	size_t start; /* of the line */
	size_t end;
	size_t top;   /* start of the line of headings; `start` when there is none */
	size_t signs; /* how many are in each line */
	size_t at;    /* up to here, the line has `passed` of them */
	size_t passed;
	size_t cell; /* start of the heading behind as many */
	char sign;   /* between the columns; 0: the line is no row of a table */
	bool known;
};
/* The heading of the column in which `at` is; false when it has none. */
bool table_heading(struct table *table, const struct mask *mask, size_t at, struct str *ret_cell);

#define CONTEXT_WORDS_MAX 5
#define CONTEXT_KEPT 512

/* What was found before places of the mask, kept from one finder to the next. */
struct context_memo {
	struct before {
		size_t at;
		size_t next;    /* the words from here on back have not been read yet */
		uint32_t epoch; /* an entry of another epoch is void */
		uint8_t count;
		uint8_t clear; /* words with no wall behind them */
		uint8_t walls;
		bool heading;                        /* they are those of a column */
		bool all;                            /* there are no more than have been read */
		unsigned classes[CONTEXT_WORDS_MAX]; /* the nearest word first */
	} kept[CONTEXT_KEPT];
	struct table table;
	size_t claims; /* the mask's, when this was valid */
	uint32_t epoch;
};
/* Forgets what is no longer true since something was claimed. As with groups, what is claimed while
 * a finder runs counts from the next one on. */
void context_refresh(const struct mask *mask);
/* Must be called before another mask is used. */
void context_forget(struct context_memo *memo);

/* True when one of the five words before `at` has a class in `want` and, walking back, no word with
 * a class in `veto` comes first. A wall counts as no word; an empty line ends the walk. */
bool context_has(const struct mask *mask, size_t at, unsigned want, unsigned veto);
/* The same for the word directly before `at`; neutral words are skipped. */
bool context_directly(const struct mask *mask, size_t at, unsigned want);
/* True when `at` is in a column with a heading that says anything. Classes: those of a heading of
 * one word, else 0. */
bool context_heading(const struct mask *mask, size_t at, unsigned *ret_classes);
/* True when "my number is" or the like is before `at`. */
bool context_is_my_number(const struct mask *mask, size_t at);
/* True when a letter that people use as the label of their phone number is before the number from
 * `at` to `end` (letter.c). */
bool letter_announces(const struct mask *mask, size_t at, size_t end);
/* True when "security code", "passport number" or the like is before `at`. */
bool context_is_security_code(const struct mask *mask, size_t at);
bool context_is_passport(const struct mask *mask, size_t at);
/* True when the word before `at` looks like the name of a product: "Acme 4.12.3.10"; `certain`: and
 * like nothing else, "AcmeSync", "libacme". */
bool context_is_name(const struct mask *mask, size_t at, bool certain);
/* True when the number at `at` is marked as an order number: "#4711", "order no. 4711". */
bool context_is_order_number(const struct mask *mask, size_t at);
/* True when a number may start here: at a wall, after anything but a letter or digit, or after a
 * word that announces a number ("tel5551234567"). */
bool context_number_may_start(const struct mask *mask, size_t at);
/* The classes of the first word behind `at`, which nothing but blanks and signs of the sentence
 * may be before; 0 when there is none. */
unsigned context_next(const struct mask *mask, size_t at);

#endif
