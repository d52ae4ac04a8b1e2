/* Splits and decodes a query string. What is refused is named only when it is one of our own names,
 * or has the letters of one: an error must not repeat whatever was sent. */
#include "daemon/control/query.h"

#include <string.h>

#define LIST_BYTES_MAX 512
#define SHOWN_NAME_MAX 32

/* "from, to and limit", for a sentence. */
static void list_words(const char *const words[], const char *joint, struct buf *out)
{
	buf_init(out, LIST_BYTES_MAX);
	for (size_t i = 0; words[i] != NULL; i++)
		buf_printf(out, "%s%s",
		           i == 0                 ? ""
		           : words[i + 1] == NULL ? joint
		                                  : ", ",
		           words[i]);
}

static bool is_showable(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!ascii_is_alpha(name.data[i]) && !ascii_is_digit(name.data[i]) &&
		    name.data[i] != '_')
			return false;
	return name.len > 0 && name.len <= SHOWN_NAME_MAX;
}

static int refuse_unknown(struct str name, const char *const names[], struct err *err)
{
	struct buf list;

	if (names[0] == NULL)
		return err_set(err, "this path takes no parameters after the \"?\"");
	list_words(names, " and ", &list);
	if (is_showable(name))
		err_set(err, "the parameter %.*s is not known here; known are %s", STR_ARG(name),
		        buf_cstr(&list));
	else
		err_set(err, "a parameter is not known here; known are %s", buf_cstr(&list));
	buf_free(&list);
	return -1;
}

static int hex_digit(char c)
{
	return ascii_is_digit(c)      ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	                              : -1;
}

static int decode_value(struct str text, const char *name, char ret[QUERY_VALUE_MAX + 1],
                        struct err *err)
{
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		int c = text.data[i] == '+' ? ' ' : (unsigned char)text.data[i];

		if (c == '%') {
			int high = i + 2 < text.len ? hex_digit(text.data[i + 1]) : -1,
			    low = i + 2 < text.len ? hex_digit(text.data[i + 2]) : -1;

			if (high < 0 || low < 0)
				return err_set(err,
				               "%s: a percent sign must be followed by two "
				               "hexadecimal digits: %%20",
				               name);
			c = high * 16 + low;
			i += 2;
		}
		if (c < ' ' || c == 0x7f)
			return err_set(err, "%s: has a control character", name);
		if (len == QUERY_VALUE_MAX)
			return err_set(err, "%s: is longer than %d bytes", name, QUERY_VALUE_MAX);
		ret[len++] = (char)c;
	}
	ret[len] = '\0';
	if (len == 0)
		return err_set(err, "%s: has no value; leave it out, or write %s=VALUE", name,
		               name);
	if (!utf8_valid(str_make(ret, len)))
		return err_set(err, "%s: is not valid UTF-8", name);
	return 0;
}

static int read_parameter(struct str text, const char *const names[], struct query *ret,
                          struct err *err)
{
	struct str value = text, name = str_split(&value, '=');
	size_t i = 0;

	while (names[i] != NULL && !str_eq(name, str_of(names[i])))
		i++;
	if (names[i] == NULL)
		return refuse_unknown(name, names, err);
	if (query_value(ret, names[i]).data != NULL)
		return err_set(err, "%s: is given twice", names[i]);
	ENSURE(ret->count < QUERY_PARAMETERS_MAX);
	ret->given[ret->count].name = names[i];
	if (decode_value(value, names[i], ret->given[ret->count].value, err) < 0)
		return -1;
	ret->count++;
	return 0;
}

int query_parse(struct str text, const char *const names[], struct query *ret, struct err *err)
{
	ret->count = 0;
	if (text.len == 0)
		return 0;
	while (text.data != NULL)
		if (read_parameter(str_split(&text, '&'), names, ret, err) < 0)
			return -1;
	return 0;
}

int query_none(struct str text, struct err *err)
{
	static const char *const none[] = {NULL};

	return text.len == 0 ? 0 : refuse_unknown(text, none, err);
}

struct str query_value(const struct query *query, const char *name)
{
	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->given[i].name, name) == 0)
			return str_of(query->given[i].value);
	return (struct str){0};
}

int query_int(const struct query *query, const char *name, int64_t least, int64_t most,
              int64_t otherwise, int64_t *ret, struct err *err)
{
	struct str value = query_value(query, name);

	*ret = otherwise;
	if (value.data == NULL)
		return 0;
	if (str_to_i64(value, ret) < 0 || *ret < least || *ret > most)
		return err_set(err, "%s: must be a whole number from %lld to %lld", name,
		               (long long)least, (long long)most);
	return 0;
}

int query_word(const struct query *query, const char *name, const char *const words[], int *ret,
               struct err *err)
{
	struct str value = query_value(query, name);
	struct buf list;

	*ret = -1;
	if (value.data == NULL)
		return 0;
	for (int i = 0; words[i] != NULL; i++) {
		if (!str_eq(value, str_of(words[i])))
			continue;
		*ret = i;
		return 0;
	}
	list_words(words, " or ", &list);
	err_set(err, "%s: must be %s", name, buf_cstr(&list));
	buf_free(&list);
	return -1;
}
