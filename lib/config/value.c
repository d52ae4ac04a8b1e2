/* One function a type: text in, value out, or the reason why not. */
#include "config/value.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "config/number.h"
#include "ticket/tags.h"

#define FIELD(config, option, type) (*(type *)(void *)((char *)(config) + (option)->offset))
#define CONST_FIELD(config, option, type) (*(type const *)(const void *)((const char *)(config) + (option)->offset))

bool value_is_text(const struct option *option)
{
	return option->type == TYPE_STRING || option->type == TYPE_SECRET || option->type == TYPE_TAG ||
	       option->type == TYPE_LIST;
}

struct str value_text(const struct config *config, const struct option *option)
{
	ENSURE(value_is_text(option));
	return str_of(CONST_FIELD(config, option, char *));
}

static int parse_text(const struct option *option, struct str text, union value *ret, struct err *err)
{
	if (text.len > (size_t)option->max)
		return err_set(err, "too long: at most %.0f bytes", option->max);
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.data[i] < ' ' || text.data[i] == 0x7f)
			return err_set(err, "expected one line without control characters");
	if (!utf8_valid(text))
		return err_set(err, "is not valid UTF-8");
	ret->text = xmemdup0(text.len ? text.data : "", text.len);
	return 0;
}

static int parse_tag(const struct option *option, struct str text, union value *ret, struct err *err)
{
	if (text.len > (size_t)option->max || !tag_valid(text))
		return err_set(err, "expected 1 to %.0f characters out of a-z, 0-9, '_' and '-'", option->max);
	ret->text = xmemdup0(text.data, text.len);
	return 0;
}

/* "a, b ,,c" becomes "a,b,c". */
static int parse_list(const struct option *option, struct str text, union value *ret, struct err *err)
{
	struct buf words;
	union value checked;

	if (parse_text(option, text, &checked, err) < 0)
		return -1;
	free(checked.text);
	buf_init(&words, text.len);
	while (text.len > 0) {
		struct str word = str_trim(str_split(&text, ','));
		if (word.len == 0)
			continue;
		if (words.len > 0)
			buf_putc(&words, ',');
		buf_add_str(&words, word);
	}
	ret->text = buf_take(&words, NULL);
	return 0;
}

static int parse_bool(struct str text, union value *ret, struct err *err)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = {{"true", true},   {"yes", true}, {"on", true},   {"1", true},
	             {"false", false}, {"no", false}, {"off", false}, {"0", false}};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_ieq(text, str_of(words[i].word))) {
			ret->boolean = words[i].value;
			return 0;
		}
	}
	return err_set(err, "expected true or false");
}

static int parse_int(const struct option *option, struct str text, union value *ret, struct err *err)
{
	if (str_to_i64(text, &ret->number) < 0 || (double)ret->number < option->min ||
	    (double)ret->number > option->max)
		return err_set(err, "expected a whole number from %.0f to %.0f", option->min, option->max);
	return 0;
}

static int parse_real(const struct option *option, struct str text, union value *ret, struct err *err)
{
	if (number_parse_real(text, &ret->real) < 0 || ret->real < option->min || ret->real > option->max)
		return err_set(err, "expected a number from %g to %g", option->min, option->max);
	return 0;
}

static int out_of_bounds(const struct option *option, const char *example,
                         void (*write)(struct buf *out, int64_t number), struct err *err)
{
	struct buf min, max;

	buf_init(&min, 64);
	buf_init(&max, 64);
	write(&min, (int64_t)option->min);
	write(&max, (int64_t)option->max);
	err_set(err, "expected a %s, from %s to %s", example, buf_cstr(&min), buf_cstr(&max));
	buf_free(&min);
	buf_free(&max);
	return -1;
}

static int parse_duration(const struct option *option, struct str text, union value *ret, struct err *err)
{
	if (number_parse_duration(text, &ret->number) < 0 || (double)ret->number < option->min ||
	    (double)ret->number > option->max)
		return out_of_bounds(option, "duration such as 500ms, 30s, 5m, 2h or 1d", number_write_duration, err);
	return 0;
}

static int parse_size(const struct option *option, struct str text, union value *ret, struct err *err)
{
	if (number_parse_size(text, &ret->number) < 0 || (double)ret->number < option->min ||
	    (double)ret->number > option->max)
		return out_of_bounds(option, "size such as 64k, 1m or 1g", number_write_size, err);
	return 0;
}

struct str value_word(const struct option *option, int index)
{
	struct str rest = str_of(option->words), group;

	do
		group = str_split(&rest, '|');
	while (index-- > 0);
	return str_split(&group, ',');
}

static int expected_words(const struct option *option, struct err *err)
{
	struct buf words;
	struct str rest = str_of(option->words);

	buf_init(&words, 200);
	while (rest.len > 0) {
		struct str group = str_split(&rest, '|');
		if (words.len > 0)
			buf_puts(&words, rest.len > 0 ? ", " : " or ");
		buf_add_str(&words, str_split(&group, ','));
	}
	err_set(err, "expected %s", buf_cstr(&words));
	buf_free(&words);
	return -1;
}

static int parse_word(const struct option *option, struct str text, union value *ret, struct err *err)
{
	struct str rest = str_of(option->words);

	for (int index = 0; rest.len > 0; index++) {
		struct str group = str_split(&rest, '|');
		while (group.len > 0) {
			if (str_ieq(text, str_split(&group, ','))) {
				ret->word = index;
				return 0;
			}
		}
	}
	return expected_words(option, err);
}

int value_parse(const struct option *option, struct str text, union value *ret, struct err *err)
{
	text = str_trim(text);
	switch (option->type) {
	case TYPE_STRING:
	case TYPE_SECRET: return parse_text(option, text, ret, err);
	case TYPE_TAG: return parse_tag(option, text, ret, err);
	case TYPE_LIST: return parse_list(option, text, ret, err);
	case TYPE_BOOL: return parse_bool(text, ret, err);
	case TYPE_INT: return parse_int(option, text, ret, err);
	case TYPE_REAL: return parse_real(option, text, ret, err);
	case TYPE_DURATION: return parse_duration(option, text, ret, err);
	case TYPE_SIZE: return parse_size(option, text, ret, err);
	case TYPE_ENUM: return parse_word(option, text, ret, err);
	}
	fatal("option %s has no type", option->dotted);
}

void value_discard(const struct option *option, union value *value)
{
	if (!value_is_text(option) || !value->text)
		return;
	if (option->type == TYPE_SECRET)
		crypto_wipe(value->text, strlen(value->text));
	free(value->text);
	value->text = NULL;
}

void value_store(struct config *config, const struct option *option, union value value)
{
	if (value_is_text(option)) {
		union value old = {.text = FIELD(config, option, char *)};
		value_discard(option, &old);
		FIELD(config, option, char *) = value.text;
		return;
	}
	switch ((int)option->type) {
	case TYPE_BOOL: FIELD(config, option, bool) = value.boolean; break;
	case TYPE_REAL: FIELD(config, option, double) = value.real; break;
	case TYPE_ENUM: FIELD(config, option, int) = value.word; break;
	default: FIELD(config, option, int64_t) = value.number; break;
	}
}

union value value_load(const struct config *config, const struct option *option)
{
	union value value = {0};

	switch (option->type) {
	case TYPE_STRING:
	case TYPE_SECRET:
	case TYPE_TAG:
	case TYPE_LIST: value.text = CONST_FIELD(config, option, char *); break;
	case TYPE_BOOL: value.boolean = CONST_FIELD(config, option, bool); break;
	case TYPE_REAL: value.real = CONST_FIELD(config, option, double); break;
	case TYPE_ENUM: value.word = CONST_FIELD(config, option, int); break;
	case TYPE_INT:
	case TYPE_DURATION:
	case TYPE_SIZE: value.number = CONST_FIELD(config, option, int64_t); break;
	}
	return value;
}

void value_copy(struct config *to, const struct config *from, const struct option *option)
{
	union value value = value_load(from, option);

	if (value_is_text(option))
		value.text = xstrdup(value.text);
	value_store(to, option, value);
}

void value_write_quoted(struct buf *out, struct str text)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		/* A dollar sign could begin a variable. */
		if (text.data[i] == '"' || text.data[i] == '\\' || text.data[i] == '$')
			buf_putc(out, '\\');
		buf_putc(out, text.data[i]);
	}
	buf_putc(out, '"');
}

void value_write(const struct config *config, const struct option *option, struct buf *out)
{
	switch (option->type) {
	case TYPE_STRING:
	case TYPE_TAG:
	case TYPE_LIST: value_write_quoted(out, value_text(config, option)); break;
	case TYPE_SECRET: buf_puts(out, value_text(config, option).len > 0 ? "(set)" : "(not set)"); break;
	case TYPE_BOOL: buf_puts(out, CONST_FIELD(config, option, bool) ? "true" : "false"); break;
	case TYPE_INT: buf_printf(out, "%lld", (long long)CONST_FIELD(config, option, int64_t)); break;
	case TYPE_REAL: number_write_real(out, CONST_FIELD(config, option, double)); break;
	case TYPE_DURATION: number_write_duration(out, CONST_FIELD(config, option, int64_t)); break;
	case TYPE_SIZE: number_write_size(out, CONST_FIELD(config, option, int64_t)); break;
	case TYPE_ENUM: buf_add_str(out, value_word(option, CONST_FIELD(config, option, int))); break;
	}
}
