/* One row per option type: parsing text to a value or a reason, and writing the value. */
#include "config/value.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "config/invisible.h"
#include "config/number.h"
#include "ticket/tags.h"

static int parse_text(const struct option *option, struct str text, union value *ret,
                      struct err *err)
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

/* Whether quotation marks, which belong to shells and env files, are around the text. */
static bool quote_around(struct str text)
{
	static const char *const quotes[][2] = {{"\"", "\""},
	                                        {"'", "'"},
	                                        {"`", "`"},
	                                        {"\xe2\x80\x9c", "\xe2\x80\x9d"},
	                                        {"\xe2\x80\x9e", "\xe2\x80\x9c"},
	                                        {"\xe2\x80\x98", "\xe2\x80\x99"},
	                                        {"\xc2\xab", "\xc2\xbb"}};

	for (size_t i = 0; i < ARRAY_LEN(quotes); i++)
		if (str_starts(text, str_of(quotes[i][0])) &&
		    str_ends(text, str_of(quotes[i][1])) && text.len > strlen(quotes[i][0]))
			return true;
	return false;
}

/* A shell expands a tilde, a variable and quotes, we do not: a folder named "~" would be made, and
 * to remove it people type what removes their home. */
static int parse_file_path(const struct option *option, struct str text, union value *ret,
                           struct err *err)
{
	if (str_starts(text, STR("~")))
		return err_set(err, "a path that begins with ~ is not expanded here: write the "
		                    "whole path of the home folder");
	if (str_starts(text, STR("$")))
		return err_set(err, "a path that begins with $ is not expanded here: write it in "
		                    "full");
	if (quote_around(text))
		return err_set(err, "a path in quotation marks: write it without them");
	return parse_text(option, text, ret, err);
}

static int parse_secret(const struct option *option, struct str text, union value *ret,
                        struct err *err)
{
	if (utf8_valid(text) && invisible_refuse(text, err) < 0)
		return -1;
	if (quote_around(text))
		return err_set(err, "is in quotation marks: write the value again without them");
	return parse_text(option, text, ret, err);
}

static int parse_tag(const struct option *option, struct str text, union value *ret,
                     struct err *err)
{
	if (text.len > (size_t)option->max || !tag_valid(text))
		return err_set(err, "expected 1 to %.0f characters from a-z, 0-9, '_' and '-'",
		               option->max);
	ret->text = xmemdup0(text.data, text.len);
	return 0;
}

/* "a, b ,,c" becomes "a,b,c". */
static int parse_list(const struct option *option, struct str text, union value *ret,
                      struct err *err)
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

static int parse_bool(const struct option *option, struct str text, union value *ret,
                      struct err *err)
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

static int parse_int(const struct option *option, struct str text, union value *ret,
                     struct err *err)
{
	if (str_to_i64(text, &ret->number) < 0 || (double)ret->number < option->min ||
	    (double)ret->number > option->max)
		return err_set(err, "expected a whole number from %.0f to %.0f", option->min,
		               option->max);
	return 0;
}

static int parse_real(const struct option *option, struct str text, union value *ret,
                      struct err *err)
{
	if (number_parse_real(text, &ret->real) < 0 || ret->real < option->min ||
	    ret->real > option->max)
		return err_set(err, "expected a number from %g to %g", option->min, option->max);
	return 0;
}

static int report_bounds(const struct option *option, const char *example,
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

static int parse_duration(const struct option *option, struct str text, union value *ret,
                          struct err *err)
{
	if (number_parse_duration(text, &ret->number) < 0 || (double)ret->number < option->min ||
	    (double)ret->number > option->max)
		return report_bounds(option, "duration such as 500ms, 30s, 5m, 2h or 1d",
		                     number_write_duration, err);
	return 0;
}

static int parse_size(const struct option *option, struct str text, union value *ret,
                      struct err *err)
{
	if (number_parse_size(text, &ret->number) < 0 || (double)ret->number < option->min ||
	    (double)ret->number > option->max)
		return report_bounds(option, "size such as 64k, 1m or 1g", number_write_size, err);
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

static int parse_word(const struct option *option, struct str text, union value *ret,
                      struct err *err)
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

static void write_text(const struct option *option, union value value, struct buf *out)
{
	value_write_quoted(out, str_of(value.text));
}

static void write_secret(const struct option *option, union value value, struct buf *out)
{
	buf_puts(out, str_of(value.text).len > 0 ? "(set)" : "(not set)");
}

static void write_bool(const struct option *option, union value value, struct buf *out)
{
	buf_puts(out, value.boolean ? "true" : "false");
}

static void write_int(const struct option *option, union value value, struct buf *out)
{
	buf_printf(out, "%lld", (long long)value.number);
}

static void write_real(const struct option *option, union value value, struct buf *out)
{
	number_write_real(out, value.real);
}

static void write_duration(const struct option *option, union value value, struct buf *out)
{
	number_write_duration(out, value.number);
}

static void write_size(const struct option *option, union value value, struct buf *out)
{
	number_write_size(out, value.number);
}

static void write_word(const struct option *option, union value value, struct buf *out)
{
	buf_add_str(out, value_word(option, value.word));
}

static const struct {
	/* size of the field; every member of union value begins where the union does */
	size_t size;
	bool text;
	int (*parse)(const struct option *option, struct str text, union value *ret,
	             struct err *err);
	void (*write)(const struct option *option, union value value, struct buf *out);
} types[] = {
        [TYPE_STRING] = {sizeof(char *), true, parse_text, write_text},
        [TYPE_PATH] = {sizeof(char *), true, parse_file_path, write_text},
        [TYPE_SECRET] = {sizeof(char *), true, parse_secret, write_secret},
        [TYPE_TAG] = {sizeof(char *), true, parse_tag, write_text},
        [TYPE_LIST] = {sizeof(char *), true, parse_list, write_text},
        [TYPE_BOOL] = {sizeof(bool), false, parse_bool, write_bool},
        [TYPE_INT] = {sizeof(int64_t), false, parse_int, write_int},
        [TYPE_REAL] = {sizeof(double), false, parse_real, write_real},
        [TYPE_DURATION] = {sizeof(msec), false, parse_duration, write_duration},
        [TYPE_SIZE] = {sizeof(int64_t), false, parse_size, write_size},
        [TYPE_ENUM] = {sizeof(int), false, parse_word, write_word},
};

bool value_is_text(const struct option *option)
{
	return types[option->type].text;
}

/* Reads the value of an option; a text still belongs to the configuration. */
static union value load_value(const struct config *config, const struct option *option)
{
	union value value = {0};

	memcpy(&value, (const char *)config + option->offset, types[option->type].size);
	return value;
}

struct str value_text(const struct config *config, const struct option *option)
{
	ENSURE(value_is_text(option));
	return str_of(load_value(config, option).text);
}

int value_parse(const struct option *option, struct str text, union value *ret, struct err *err)
{
	return types[option->type].parse(option, str_trim(text), ret, err);
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
	union value old = load_value(config, option);

	value_discard(option, &old);
	memcpy((char *)config + option->offset, &value, types[option->type].size);
}

bool value_same(const struct config *a, const struct config *b, const struct option *option)
{
	if (value_is_text(option))
		return str_eq(value_text(a, option), value_text(b, option));
	union value one = load_value(a, option), other = load_value(b, option);
	return memcmp(&one, &other, sizeof(one)) == 0;
}

void value_copy(struct config *to, const struct config *from, const struct option *option)
{
	union value value = load_value(from, option);

	if (value_is_text(option))
		value.text = xstrdup(value.text);
	value_store(to, option, value);
}

void value_write(const struct config *config, const struct option *option, struct buf *out)
{
	types[option->type].write(option, load_value(config, option), out);
}
