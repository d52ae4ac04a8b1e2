/* What a ticket carries besides the words of its author: pictures written as text, style sheets,
 * earlier mails, signatures, legal footers, and lines that repeat. It is left out before a text is
 * cut to its bound, so that the bound is spent on what the author says.
 *
 * Ballast is a guess, and to keep some is better than to lose a word of the author: the rules are
 * narrow, and what is left out is told by kind and size. When hardly anything but ballast is there,
 * earlier mails stay, and signatures and footers until there are enough words. Time is linear in
 * the length of the text, whatever it holds. The output is never longer than the text. */
#ifndef TICKET_BALLAST_H
#define TICKET_BALLAST_H

#include "base/buf.h"

/* The words that ballast is known by, in the order in which a text is searched for them: made once,
 * since it costs more than a short text does. */
struct ballast_index *ballast_index_new(void);
void ballast_index_free(struct ballast_index *index);

enum ballast_kind {
	/* an address of the form data:TYPE/SUBTYPE…,PAYLOAD (RFC 2397), longer than 64 bytes */
	BALLAST_PICTURE,
	/* base64 or the like: 256 characters without a blank, or a block of lines */
	BALLAST_ENCODED,
	/* <style>, <script>, comments and style="…" of HTML; bare rules of CSS */
	BALLAST_STYLE,
	/* what a reply header, a separator or lines with '>' show to be an earlier mail */
	BALLAST_QUOTE,
	/* at the end: what follows "-- " (RFC 3676 section 4.3), the telephones and addresses that
	 * follow a complimentary close, "Sent from my iPhone" */
	BALLAST_SIGNATURE,
	/* the last paragraphs, about a mail's confidentiality or its printing */
	BALLAST_FOOTER,
	/* lines that differ in numbers only, from the fourth on when there are at least eight */
	BALLAST_REPEAT,
	/* what did not fit into the bound of a text, after all else */
	BALLAST_EXCESS,
	BALLAST_KINDS
};
const char *ballast_kind_name(enum ballast_kind kind); /* "picture" … as in the records */

struct ballast {
	uint32_t bytes[BALLAST_KINDS]; /* left out */
};
bool ballast_is_any(const struct ballast *ballast);

/* Leaves out PICTURE, ENCODED and STYLE. To be called before anything else bounds or searches the
 * text, which may be megabytes of them. A few words stand for a picture or encoded data. Appends to
 * `out`, adds to `left_out`. */
void ballast_cut_data(struct str text, struct buf *out, struct ballast *left_out);
/* Leaves out QUOTE, SIGNATURE, FOOTER and REPEAT, whole lines only. The text must have been
 * normalised. `forwarded`: what stands below the headers of a mail is what the author wants to be
 * read. Appends to `out`, adds to `left_out`. */
void ballast_cut_lines(const struct ballast_index *index, struct str text, bool forwarded,
                       struct buf *out, struct ballast *left_out);
/* Cuts a text to its bound: its middle is left out, because the point of a long one may stand at
 * its end. Both halves end between words, so no placeholder is cut. Appends to `out`, adds to
 * `left_out`. */
void ballast_cut_middle(struct str text, size_t bytes_max, struct buf *out,
                        struct ballast *left_out);
/* Whether a subject says that the mail was forwarded: "Fwd:", "WG:" … in seventeen languages. */
bool ballast_is_forwarded(const struct ballast_index *index, struct str subject);

#endif
