/* Repairs JSON in one pass over strings and numbers; everything keeps its place and its length. */
#include "base/json_mend.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ESCAPE_SIZE 6 /* \uXXXX */
#define NUMBER_MAX 400

struct mending {
	char *at, *end;
	bool mended;
};

/* The code unit of the \uXXXX at `at`, or -1. */
static long code_unit(const struct mending *mending, const char *at)
{
	char digits[5] = "";

	if (mending->end - at < ESCAPE_SIZE || at[0] != '\\' || at[1] != 'u')
		return -1;
	memcpy(digits, at + 2, 4);
	return strspn(digits, "0123456789abcdefABCDEF") == 4 ? strtol(digits, NULL, 16) : -1;
}

static bool is_high(long unit)
{
	return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(long unit)
{
	return unit >= 0xDC00 && unit <= 0xDFFF;
}

static void mend_escape(struct mending *mending)
{
	long unit = code_unit(mending, mending->at);

	if (unit < 0) { /* another escape, of two characters */
		mending->at += mending->end - mending->at >= 2 ? 2 : 1;
		return;
	}
	if (is_high(unit) && is_low(code_unit(mending, mending->at + ESCAPE_SIZE))) {
		mending->at += ESCAPE_SIZE;
	} else if (unit == 0 || is_high(unit) || is_low(unit)) {
		memcpy(mending->at + 2, "fffd", 4);
		mending->mended = true;
	}
	mending->at += ESCAPE_SIZE;
}

/* A byte that must not stand in a string: a control character, or a piece of a character. */
static void mend_byte(struct mending *mending)
{
	struct str rest = str_make(mending->at, (size_t)(mending->end - mending->at));
	size_t bytes = 1;
	char c = *mending->at;

	if (c & 0x80)
		(void)utf8_decode(rest, &bytes);
	if ((unsigned char)c < 0x20 || ((c & 0x80) && bytes == 1)) {
		*mending->at = c & 0x80 ? '?' : ' ';
		mending->mended = true;
	}
	mending->at += bytes;
}

/* Repairs a string, from just after its opening quote. */
static void mend_string(struct mending *mending)
{
	while (mending->at < mending->end && *mending->at != '"') {
		if (*mending->at == '\\')
			mend_escape(mending);
		else
			mend_byte(mending);
	}
	if (mending->at < mending->end)
		mending->at++;
}

static bool number_fits(const char *number)
{
	errno = 0;
	if (strpbrk(number, ".eE") != NULL)
		return isfinite(strtod(number, NULL)) != 0;
	(void)strtoll(number, NULL, 10);
	return errno == 0;
}

static void mend_number(struct mending *mending)
{
	char *start = mending->at, text[NUMBER_MAX] = "";

	while (mending->at < mending->end && strchr("+-.eE0123456789", *mending->at) != NULL &&
	       *mending->at != '\0')
		mending->at++;
	size_t len = (size_t)(mending->at - start);
	memcpy(text, start, len < sizeof(text) ? len : sizeof(text) - 1);
	if (len < sizeof(text) && number_fits(text))
		return;
	memset(start, ' ', len);
	memcpy(start, "null", 4);
	mending->mended = true;
}

bool json_mend(char *text, size_t len)
{
	struct mending mending = {.at = text, .end = text + len};

	while (mending.at < mending.end) {
		char c = *mending.at;

		if (c == '"') {
			mending.at++;
			mend_string(&mending);
		} else if (c == '-' || ascii_is_digit(c)) {
			mend_number(&mending);
		} else {
			mending.at++;
		}
	}
	return mending.mended;
}
