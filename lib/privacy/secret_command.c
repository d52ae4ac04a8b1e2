/* Secrets on a command line: logins of curl and its like, and what stands behind an option that
 * only its program gives a meaning ("-p" of mysql, and not of mkdir). A command is one line. */
#include "privacy/scan.h"
#include "privacy/secret.h"

#include <string.h>

#define NAME_BYTES_MAX 64
#define COMMAND_BYTES_MAX 300
#define PROGRAM_BYTES_MAX 100 /* from the program to its option */
#define CLUSTER_MAX 8         /* options that share one dash: "-sSu" */
#define SECRET_CHARS_MIN 3

enum form {
	FORM_JOINED, /* no blank is between */
	FORM_NEXT,   /* the next word */
	FORM_ANY,
	FORM_LOGIN /* name:word */
};

static const struct {
	struct str program, option;
	enum form form;
} options[] = {
#define OPTION(program, option, form)                                                              \
	{{program, sizeof(program) - 1}, {option, sizeof(option) - 1}, form},
#include "privacy/commands.def"
};

static char command_quote(const struct mask *mask, size_t at)
{
	char before = mask_before(mask, at);
	return before == '"' || before == '\'' || before == '`' ? before : '\n';
}

static size_t skip_signs(const struct mask *mask, size_t at, const char *signs)
{
	while (at < mask->len && mask->text[at] && strchr(signs, mask->text[at]))
		at++;
	return at;
}

static bool ends_word(char c)
{
	return is_wall(c) || ascii_is_space(c) || strchr("&\"'`<>,;()", c) != NULL;
}

/* The end of the word at `at`, or of what is in quotes when one is before it. */
static size_t argument_end(const struct mask *mask, size_t at)
{
	char quote = command_quote(mask, at);
	while (!is_wall(mask_at(mask, at)) && mask->text[at] != quote &&
	       !(quote == '\n' && ascii_is_space(mask->text[at])))
		at++;
	return at;
}

size_t secret_login_claim(struct mask *mask, size_t at)
{
	bool digits = true;
	at = skip_signs(mask, at, " +\"'");
	size_t colon = at;
	while (colon - at < NAME_BYTES_MAX && !ends_word(mask_at(mask, colon)) &&
	       mask->text[colon] != ':')
		colon++;
	if (colon == at || mask_at(mask, colon) != ':')
		return at;
	size_t end = argument_end(mask, at);
	for (size_t i = colon + 1; i < end; i++)
		digits = digits && ascii_is_digit(mask->text[i]);
	if (end <= colon + 1 || digits)
		return at;
	mask_claim(mask, colon + 1, end, PII_PASSWORD);
	return end;
}

/* "name=word; other=word", but not the name of a file. */
static void claim_jar(struct mask *mask, size_t at)
{
	at = skip_signs(mask, at, " +=\"'");
	size_t end = argument_end(mask, at);
	if (end > at + 1 && memchr(mask->text + at + 1, '=', end - at - 1))
		mask_claim(mask, at, end, PII_API_KEY);
}

/* An option of curl whose first dash is at `at`. */
static void claim_option_of_curl(struct mask *mask, size_t at)
{
	struct str rest = str_make(mask->text + at, mask->len - at);
	if (str_starts(rest, STR("--cookie ")) || str_starts(rest, STR("--cookie=")) ||
	    str_starts(rest, STR("--cookie+")))
		claim_jar(mask, at + strlen("--cookie"));
	for (size_t i = at + 1; i <= at + CLUSTER_MAX && ascii_is_alpha(mask_at(mask, i)); i++) {
		char c = mask->text[i];
		if (c == 'u' || c == 'U') {
			(void)secret_login_claim(mask, i + 1);
			return;
		}
		if (c == 'b') {
			claim_jar(mask, i + 1);
			return;
		}
	}
}

void secret_curl_claim(struct mask *mask, size_t at)
{
	struct str next = STR("curl ");
	for (size_t start = at; at - start < COMMAND_BYTES_MAX; at++) {
		char c = mask_at(mask, at);
		bool claimed = c >= WALL_CLAIM && c < WALL_CLAIM + PII_KINDS;
		/* the next one is a command of its own */
		if ((is_wall(c) && !claimed) || c == '\n' ||
		    (c == 'c' && str_starts(str_make(mask->text + at, mask->len - at), next)))
			return;
		if (c == '-' && strchr(" +", mask_before(mask, at)))
			claim_option_of_curl(mask, at);
	}
}

/* Which of `options` is at `at`, behind its dash, of a program that is named before it in the same
 * line; ARRAY_LEN(options): none. */
static size_t option_at(const struct mask *mask, size_t at)
{
	struct str rest = str_make(mask->text + at, mask->len - at);
	for (size_t back = 2; back <= PROGRAM_BYTES_MAX && back <= at; back++) {
		size_t start = at - back;
		char c = ascii_lower(mask->text[start]);
		if (c == '\n')
			break;
		if (!ascii_is_alnum(c) || ascii_is_alnum(mask_before(mask, start)))
			continue;
		struct str before = str_make(mask->text + start, back);
		for (size_t i = 0; i < ARRAY_LEN(options); i++)
			if (c == options[i].program.data[0] &&
			    str_starts(rest, options[i].option) &&
			    str_istarts(before, options[i].program))
				return i;
	}
	return ARRAY_LEN(options);
}

/* Neither another option nor something that stands for a value. */
static bool is_argument(const struct mask *mask, size_t at)
{
	at = skip_signs(mask, at, " \"'");
	for (size_t i = 0; i < SECRET_CHARS_MIN; i++)
		if (is_wall(mask_at(mask, at + i)) || ascii_is_space(mask->text[at + i]))
			return false;
	return strchr("-$<{%[*", mask->text[at]) == NULL;
}

static size_t small_letters_end(const struct mask *mask, size_t at)
{
	while (mask_at(mask, at) >= 'a' && mask->text[at] <= 'z')
		at++;
	return at;
}

/* "redis-cli -a gives an error": two plain words are a sentence and no argument. */
static bool is_sentence(const struct mask *mask, size_t at, size_t end)
{
	if (small_letters_end(mask, at) != end || mask_at(mask, end) != ' ')
		return false;
	size_t next = small_letters_end(mask, end + 1);
	return next > end + 1 && ends_word(mask_at(mask, next));
}

static size_t claim_argument(struct mask *mask, size_t at)
{
	at = skip_signs(mask, at, "\"'");
	size_t end = argument_end(mask, at);
	if (end - at < SECRET_CHARS_MIN || is_sentence(mask, at, end))
		return at;
	mask_claim(mask, at, end, PII_PASSWORD);
	return end;
}

size_t secret_option_claim(struct mask *mask, size_t at)
{
	/* the cheaper question first: there may be many dashes in a line */
	bool two = mask_at(mask, at + 1) == 'w' && mask_at(mask, at + 2) == ' ';
	size_t i = is_argument(mask, at + (two ? 2 : 1)) ? option_at(mask, at) : ARRAY_LEN(options);
	if (i == ARRAY_LEN(options))
		return at;
	size_t value = at + options[i].option.len;
	bool joined = mask_at(mask, value) != ' ';
	if (options[i].form != FORM_ANY && joined != (options[i].form == FORM_JOINED))
		return at;
	value = skip_signs(mask, value, " ");
	size_t end = options[i].form == FORM_LOGIN ? secret_login_claim(mask, value)
	                                           : claim_argument(mask, value);
	return end > value ? end : at;
}

/* "('name', 'word')" */
size_t secret_pair_claim(struct mask *mask, size_t at)
{
	size_t comma = at;
	while (comma - at < NAME_BYTES_MAX && !is_wall(mask_at(mask, comma)) &&
	       !strchr(",)\n", mask->text[comma]))
		comma++;
	if (mask_at(mask, comma) != ',')
		return at;
	size_t start = skip_signs(mask, comma + 1, " "), value = skip_signs(mask, start, "\"'");
	size_t end = argument_end(mask, value);
	if (value == start || end - value < SECRET_CHARS_MIN)
		return at;
	mask_claim(mask, value, end, PII_PASSWORD);
	return end;
}

/* "name:word@tcp(host)", the form of Go's drivers; `sign`: where the "@" is. */
void secret_dsn_claim(struct mask *mask, size_t sign)
{
	size_t start = sign;
	while (sign - start < NAME_BYTES_MAX && !ends_word(mask_before(mask, start)) &&
	       mask->text[start - 1] != ':')
		start--;
	if (start < sign && mask_before(mask, start) == ':')
		mask_claim(mask, start, sign, PII_PASSWORD);
}

size_t secret_slash_claim(struct mask *mask, size_t at)
{
	at = skip_signs(mask, at, " \"'");
	while (mask_at(mask, at) == '-') { /* options of one letter and their level */
		at = argument_end(mask, at);
		at = skip_signs(mask, at, " ");
	}
	size_t slash = at, end;
	while (slash - at < NAME_BYTES_MAX && !ends_word(mask_at(mask, slash)) &&
	       mask->text[slash] != '/')
		slash++;
	for (end = slash + 1; end - slash < NAME_BYTES_MAX && !ends_word(mask_at(mask, end)) &&
	                      mask->text[end] != '@';)
		end++;
	if (slash == at || mask_at(mask, slash) != '/' || end - slash <= SECRET_CHARS_MIN)
		return at;
	mask_claim(mask, slash + 1, end, PII_PASSWORD);
	return end;
}
