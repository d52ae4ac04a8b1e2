/* The parts of ballast.h: each takes one text, appends what stays to `out`, and adds what it left
 * out to `left_out`. */
#ifndef TICKET_BALLAST_PARTS_H
#define TICKET_BALLAST_PARTS_H

#include "ticket/ballast.h"

/* Groups of ballast.def, in its order. */
enum ballast_words {
	WORDS_ON,          /* what a reply header begins with: "On", "Am" */
	WORDS_WROTE,       /* the verb of a reply header: "wrote", "schrieb" */
	WORDS_ORIGINAL,    /* "original message" */
	WORDS_FORWARDED,   /* "forwarded message" */
	WORDS_SUBJECT,     /* what a forwarded mail's subject begins with, without the colon */
	WORDS_FROM,        /* labels of a mail's headers, without the colon */
	WORDS_HEADER,      /* the other ones: date, recipient, subject */
	WORDS_SENT_FROM,   /* a telephone's line, its beginning: "Sent from my" */
	WORDS_SENT_WITH,   /* the same in languages that put the device first: its end */
	WORDS_SENT_WHOLE,  /* the same, the line as a whole */
	WORDS_DEVICE,      /* what such a line names: a device or a mail program … */
	WORDS_DEVICE_WITH, /* … and what else it has: "for", "meinem", "Plus" */
	WORDS_LABEL,       /* before a telephone or address in a signature */
	WORDS_CLOSE,       /* complimentary close */
	WORDS_SECRET,      /* what a legal footer says of the mail's content … */
	WORDS_LEGAL,       /* … of its recipients … */
	WORDS_MAIL,        /* … of "this e-mail" … */
	WORDS_IF,          /* … and to whom it was not meant for: one of each makes a footer */
	WORDS_PRINTING,    /* a footer about printing the mail … */
	WORDS_NATURE,      /* … and why not: one of each makes a footer */
	WORDS_SELF,        /* the author speaks of himself or to us: no footer does */
	WORDS_BELOW,       /* the author points to what stands below */
	WORDS_GROUPS
};
#define BALLAST_PHRASES_MAX 1023
/* An index of the words: by group, and those of footers by their first byte, so that one walk over
 * a text finds all. */
struct ballast_index {
	uint16_t from[WORDS_GROUPS + 1]; /* the first phrase of each group */
	uint16_t first[256], next[BALLAST_PHRASES_MAX + 1];
};
/* How many bytes at the text's start or end one of the words covers, the longest; 0 = none does.
 * ASCII letters match in either case; a blank of the words matches any white space. */
size_t ballast_words_begin(const struct ballast_index *index, struct str text,
                           enum ballast_words words);
size_t ballast_words_end(const struct ballast_index *index, struct str text,
                         enum ballast_words words);
bool ballast_words_are(const struct ballast_index *index, struct str text,
                       enum ballast_words words);
/* Whether one of the words is anywhere in the text; of groups from WORDS_SECRET on. */
bool ballast_words_inside(const struct ballast_index *index, struct str text,
                          enum ballast_words words);
/* Whether the paragraph is a footer. */
bool ballast_words_of_footer(const struct ballast_index *index, struct str paragraph);

void ballast_style_cut(struct str text, struct buf *out, struct ballast *left_out);
void ballast_encoded_cut(struct str text, struct buf *out, struct ballast *left_out);
void ballast_mail_cut(const struct ballast_index *index, struct str text, bool forwarded,
                      struct buf *out, struct ballast *left_out);
void ballast_repeat_cut(struct str text, struct buf *out, struct ballast *left_out);

/* One line of a mail. */
struct ballast_line {
	struct str text;        /* without its newline */
	enum ballast_kind kind; /* BALLAST_KINDS: the author's own */
};
struct ballast_lines {
	struct ballast_line *items;
	size_t count;
};
/* Marks earlier mails; returns where the author's own part ends, which is `count` if no earlier
 * mail fills the rest. */
size_t ballast_quote_mark(struct ballast_lines *lines, const struct ballast_index *index,
                          bool forwarded);
/* Marks signatures and footers among the author's own lines before `end`. */
void ballast_close_mark(struct ballast_lines *lines, const struct ballast_index *index, size_t end);

#endif
