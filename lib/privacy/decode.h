/* A text as a reader of its encodings would see it, so that the finders see through them. Private
 * to this folder: users include redact.h.
 *
 * Decoded are URL escapes (RFC 3986), HTML's character references, \u, \x and the short escapes of
 * JSON, quoted-printable with its soft line breaks (RFC 2045), the encoded words of headers
 * (RFC 2047), and the `+` of forms; what comes out is normalised. Nested encodings are decoded at
 * once, in one walk: each byte that is written may complete an escape at the end of what was
 * written before. A view remembers for each byte where it comes from, because what is sent is the
 * original text; what was claimed before is a wall of its kind in a view too.
 *
 * Only lines with something encoded in them, and two lines before, are looked at; a wall stands for
 * the others. A text that is certainly quoted-printable is looked at as a whole. */
#ifndef PRIVACY_DECODE_H
#define PRIVACY_DECODE_H

#include "privacy/scan.h"

/* More encodings within each other are no honest text. */
#define DECODE_DEPTH_MAX 6

/* `=` and `+` can be meant as they are, and a tag can be somebody's value in angle brackets, hence
 * more than one reading. */
enum reading {
	READ_MAIL,    /* URL, HTML, JSON, quoted-printable, and `+` as a blank */
	READ_ESCAPES, /* URL, HTML, JSON, and quoted-printable where it is certain */
	READ_TAGS,    /* the same, without HTML tags */
	READINGS
};

struct origin {
	uint32_t start; /* in the original */
	uint32_t end;
	uint32_t depth; /* encodings around it; more than DECODE_DEPTH_MAX: should be cut */
};

struct view {
	struct buf text;
	struct buf origins; /* struct origin, one for each byte of `text` */
	size_t tag;         /* where the last "<" is in `text`; SIZE_MAX for none */
	size_t reference;   /* where the last "&#" was put, at least: it may be gone */
	size_t word_end;    /* where the last encoded word of a header ended in `text`, or 0 */
	enum reading reading;
	bool domain;  /* the name of a host follows the last "=40" */
	bool decoded; /* something in it is not as in the original */
	bool high;    /* a byte of a character beyond ASCII was decoded */
	bool deep;    /* some bytes have too many encodings around them */
	bool mail;    /* certainly quoted-printable */
};

void view_init(struct view *view);
void view_free(struct view *view);
/* False when this reading shows nothing that the original does not show. */
bool view_make(struct view *view, const struct mask *mask, enum reading reading);
static inline const struct origin *view_origin(const struct view *view, size_t at)
{
	return (const struct origin *)(const void *)view->origins.data + at;
}

#endif
