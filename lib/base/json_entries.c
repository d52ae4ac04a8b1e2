/* Takes out the entries of a list that cannot be parsed. Only brackets, commas and quotes are
 * looked at until an entry's end is known; the parser judges it. */
#include "base/json_entries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"

#define ID_DIGITS_MAX 18

struct place {
	char *at, *end;
};

static void skip_blanks(struct place *place)
{
	while (place->at < place->end && ascii_is_space(*place->at))
		place->at++;
}

/* Moves behind the string that begins here. */
static void skip_quoted(struct place *place)
{
	for (place->at++; place->at < place->end && *place->at != '"'; place->at++)
		if (*place->at == '\\' && place->at + 1 < place->end)
			place->at++;
	if (place->at < place->end)
		place->at++;
}

/* Moves to the comma or the `closing` bracket that ends the value which begins here. False when
 * nothing does. */
static bool skip_value(struct place *place, char closing)
{
	size_t depth = 0;

	while (place->at < place->end) {
		char c = *place->at;

		if (depth == 0 && (c == ',' || c == closing))
			return true;
		if (c == '"') {
			skip_quoted(place);
			continue;
		}
		depth += c == '{' || c == '[';
		depth -= depth > 0 && (c == '}' || c == ']');
		place->at++;
	}
	return false;
}

/* Moves to the value of the member `name` of the object that begins here. */
static bool find_member(struct place *place, const char *name)
{
	skip_blanks(place);
	if (place->at == place->end || *place->at++ != '{')
		return false;
	for (;;) {
		skip_blanks(place);
		char *key = place->at;

		if (key == place->end || *key != '"')
			return false;
		skip_quoted(place);
		struct str word = str_make(key, (size_t)(place->at - key));

		skip_blanks(place);
		if (place->at == place->end || *place->at++ != ':')
			return false;
		skip_blanks(place);
		if (word.len == strlen(name) + 2 && memcmp(word.data + 1, name, word.len - 2) == 0)
			return true;
		if (!skip_value(place, '}') || *place->at++ != ',')
			return false;
	}
}

static bool is_readable(const char *start, size_t len)
{
	struct buf text;
	struct err err;

	buf_init(&text, SIZE_MAX);
	buf_putc(&text, '[');
	buf_add(&text, start, len);
	buf_putc(&text, ']');
	struct json *tree = json_parse(buf_str(&text), &err);
	bool readable = tree != NULL && json_item_count(tree) == 1;
	json_free(tree);
	buf_free(&text);
	return readable;
}

/* The digits of the entry's number; none when it shows none. */
static struct str number_of(char *start, size_t len)
{
	struct place place = {start, start + len};
	size_t digits = 0, most = 0;

	if (!find_member(&place, "id"))
		return (struct str){0};
	most = (size_t)(place.end - place.at);
	while (digits < most && digits <= ID_DIGITS_MAX && ascii_is_digit(place.at[digits]))
		digits++;
	return digits > ID_DIGITS_MAX || place.at[0] == '0' ? (struct str){0}
	                                                    : str_make(place.at, digits);
}

static void write_stub(char *start, size_t len)
{
	char stub[sizeof("{\"id\":}") + ID_DIGITS_MAX] = "null";
	struct str number = number_of(start, len);

	/* what shows a number is longer than this */
	if (number.len > 0)
		snprintf(stub, sizeof(stub), "{\"id\":%.*s}", (int)number.len, number.data);
	else if (len < 4)
		snprintf(stub, sizeof(stub), "0");
	memset(start, ' ', len);
	memcpy(start, stub, strlen(stub));
}

bool json_entries_mend(char *text, size_t len, const char *list)
{
	struct place place = {text, text + len};
	bool mended = false;

	if (!find_member(&place, list) || place.at == place.end || *place.at != '[')
		return false;
	do {
		place.at++;
		skip_blanks(&place);
		char *start = place.at;

		if (!skip_value(&place, ']'))
			return mended;
		size_t bytes = (size_t)(place.at - start);

		if (bytes > 0 && !is_readable(start, bytes)) {
			write_stub(start, bytes);
			mended = true;
		}
	} while (*place.at == ',');
	return mended;
}
