/* Secrets that nothing but their place gives away: cookies and credentials in the lines of a
 * request, logins on a command line, signatures and sessions in addresses, the tokens of bots. The
 * words that announce a place are looked for where their first three letters are. */
#include "privacy/scan.h"
#include "privacy/secret.h"

#include <string.h>

#define VALUE_CHARS_MIN 8
#define BOT_DIGITS_MIN 6
#define BOT_CHARS_MIN 30
#define SCHEME_BYTES_MAX 24
#define NAME_BYTES_MAX 64
#define LINE_CHARS_MIN 16
#define COMMAND_BYTES_MAX 300

enum place {
	PLACE_COOKIES,     /* the rest of the line */
	PLACE_CREDENTIALS, /* the same, after the scheme */
	PLACE_LOGIN,       /* what follows a name and a colon */
	PLACE_VALUE,       /* up to the next field */
	PLACE_BLOCK,       /* lines of base64 */
	PLACE_BOT,         /* digits, a colon, a token */
	PLACE_BOT_SECRET,
	PLACE_CURL, /* a login on the command line, joined to its option */
	PLACE_DATACENTRE
};

static const struct {
	struct str word;
	enum place how;
} places[] = {
#define PLACE(word, how) {{word, sizeof(word) - 1}, how},
#include "privacy/places.def"
};

/* The first two digits of a number, in base64, small. */
static const char *number_stem(size_t index)
{
	static const char high[] = "mmmnnnnoo", low[] = "tjzdtjzdt";
	static const char third[] = "aeimquycgk";
	static char stem[4];
	if (index >= (sizeof(high) - 1) * (sizeof(third) - 1))
		return NULL;
	stem[0] = high[index / 10];
	stem[1] = low[index / 10];
	stem[2] = third[index % 10];
	return stem;
}

const char *secret_place_stem(size_t index)
{
	return index < ARRAY_LEN(places) ? places[index].word.data
	                                 : number_stem(index - ARRAY_LEN(places));
}

static char closing_quote(char before)
{
	return before == '"' || before == '\'' || before == '`' ? before : '\n';
}

/* The end of the line, or of what is in quotes together with the name of the header. */
static size_t line_end(const struct mask *mask, size_t at, char quote)
{
	while (at < mask->len && !is_wall(mask->text[at]) && mask->text[at] != '\n' &&
	       mask->text[at] != quote)
		at++;
	return at;
}

static size_t skip_any(const struct mask *mask, size_t at, const char *signs)
{
	while (at < mask->len && mask->text[at] && strchr(signs, mask->text[at]))
		at++;
	return at;
}

/* Where the value of the header begins whose name ends at `at`; 0 when no colon follows. Sets what
 * ends it. */
static size_t header_value(const struct mask *mask, size_t name, size_t at, char *ret_quote)
{
	*ret_quote = closing_quote(mask_before(mask, name));
	bool quoted = at < mask->len && mask->text[at] == *ret_quote && *ret_quote != '\n';
	at = skip_any(mask, at, "\"'\\");
	size_t colon = skip_any(mask, at, " +:=");
	if (colon == at || (!memchr(mask->text + at, ':', colon - at) &&
	                    !memchr(mask->text + at, '=', colon - at)))
		return 0;
	if (quoted || strchr("\"'", mask_at(mask, colon))) {
		*ret_quote = closing_quote(mask_at(mask, colon));
		colon = skip_any(mask, colon, "\"'");
	}
	return colon;
}

static size_t claim_cookies(struct mask *mask, size_t name, size_t at)
{
	char quote;
	if (ascii_lower(mask_at(mask, at)) == 's' || mask_at(mask, at) == '2')
		at++;
	size_t start = header_value(mask, name, at, &quote), sign = start;
	while (sign - start < NAME_BYTES_MAX &&
	       (ascii_is_alnum(mask_at(mask, sign)) || strchr("_-.", mask_at(mask, sign))))
		sign++;
	if (start == 0 || sign == start || mask_at(mask, sign) != '=')
		return at;
	size_t end = line_end(mask, sign + 1, quote);
	if (end == sign + 1)
		return at;
	mask_claim(mask, start, end, PII_API_KEY);
	return end;
}

static bool ends_value(char c)
{
	return is_wall(c) || ascii_is_space(c) || strchr("&\"'`<>,;()", c) != NULL;
}

static size_t claim_credentials(struct mask *mask, size_t name, size_t at)
{
	static const struct {
		const char *name;
		bool list; /* of parameters: the rest of the line */
	} schemes[] = {{"basic", false},     {"bearer", false},    {"bot", false},
	               {"negotiate", false}, {"ntlm", false},      {"apikey", false},
	               {"token", false},     {"sharedkey", false}, {"aws4-hmac-sha256", true},
	               {"digest", true},     {"oauth", true},      {"hawk", true},
	               {"signature", true}};
	char quote;
	size_t start = header_value(mask, name, at, &quote), scheme = start;
	while (scheme - start < SCHEME_BYTES_MAX &&
	       (ascii_is_alnum(mask_at(mask, scheme)) || mask_at(mask, scheme) == '-'))
		scheme++;
	struct str word =
	        start == 0 ? (struct str){0} : str_make(mask->text + start, scheme - start);
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		if (!str_ieq(word, str_of(schemes[i].name)) || !strchr(" +", mask_at(mask, scheme)))
			continue;
		size_t value = skip_any(mask, scheme, " +|"), end = line_end(mask, value, quote);
		for (size_t stop = value; !schemes[i].list && stop < end; stop++)
			if (ends_value(mask->text[stop]))
				end = stop;
		if (end - value < 4)
			return at;
		/* The scheme of a list looks like a token itself. */
		mask_claim(mask, schemes[i].list ? start : value, end, PII_API_KEY);
		return end;
	}
	return at;
}

/* "-u name:word", but not "-u 1000:1000". */
static size_t claim_login(struct mask *mask, size_t at)
{
	bool digits = true;
	at = skip_any(mask, at, " +\"'");
	size_t colon = at;
	while (colon - at < NAME_BYTES_MAX && !ends_value(mask_at(mask, colon)) &&
	       mask->text[colon] != ':')
		colon++;
	size_t end = colon + 1;
	char quote = closing_quote(mask_before(mask, at));
	if (colon == at || mask_at(mask, colon) != ':')
		return at;
	while (!is_wall(mask_at(mask, end)) && mask->text[end] != quote &&
	       !(quote == '\n' && ascii_is_space(mask->text[end]))) {
		digits = digits && ascii_is_digit(mask->text[end]);
		end++;
	}
	if (end == colon + 1 || digits)
		return at;
	mask_claim(mask, colon + 1, end, PII_PASSWORD);
	return end;
}

static size_t claim_value(struct mask *mask, size_t at)
{
	bool digit = false, upper = false, lower = false;
	at = skip_any(mask, at, " \"'");
	size_t end = at;
	/* So many bytes decide; the rest is read only then. */
	for (; end - at < NAME_BYTES_MAX && !ends_value(mask_at(mask, end)); end++) {
		char c = mask->text[end];
		digit = digit || ascii_is_digit(c);
		lower = lower || (c >= 'a' && c <= 'z');
		upper = upper || (c >= 'A' && c <= 'Z');
	}
	if (end - at < VALUE_CHARS_MIN || (!digit && !(upper && lower)))
		return at;
	while (!ends_value(mask_at(mask, end)))
		end++;
	mask_claim(mask, at, end, PII_API_KEY);
	return end;
}

/* The base64 after "Private-Lines: 14" of a PuTTY key. */
static size_t claim_block(struct mask *mask, size_t at)
{
	size_t start = skip_any(mask, at, " 0123456789\n"), end = start;
	for (size_t line = start; !is_wall(mask_at(mask, line)); line++) {
		size_t from = line;
		while (ascii_is_alnum(mask_at(mask, line)) ||
		       (line < mask->len && mask->text[line] && strchr("+/=", mask->text[line])))
			line++;
		if (line - from < LINE_CHARS_MIN)
			break;
		end = line;
		if (mask_at(mask, line) != '\n')
			break;
	}
	if (end > start)
		mask_claim(mask, start, end, PII_API_KEY);
	return end > start ? end : at;
}

static bool is_token_char(char c)
{
	return ascii_is_alnum(c) || c == '_' || c == '-';
}

static size_t token_end(const struct mask *mask, size_t at)
{
	while (is_token_char(mask_at(mask, at)))
		at++;
	return at;
}

/* "bot123456789:AAH…" in the path of a request. */
static size_t claim_bot(struct mask *mask, size_t at)
{
	size_t colon = at;
	while (ascii_is_digit(mask_at(mask, colon)))
		colon++;
	if (colon - at < BOT_DIGITS_MIN || mask_at(mask, colon) != ':')
		return at;
	size_t end = token_end(mask, colon + 1);
	if (end - colon < BOT_CHARS_MIN)
		return at;
	mask_claim(mask, at, end, PII_API_KEY);
	return end;
}

/* The same without the word: "123456789:AAH…". `at` is behind ":AA". */
static size_t claim_bot_secret(struct mask *mask, size_t start, size_t at)
{
	size_t end = token_end(mask, at), number = start;
	while (ascii_is_digit(mask_before(mask, number)))
		number--;
	if (end - start < BOT_CHARS_MIN || start - number < BOT_DIGITS_MIN)
		return at;
	mask_claim(mask, number, end, PII_API_KEY);
	return end;
}

/* "curl -uname:word": no blank is between. */
static size_t claim_curl(struct mask *mask, size_t start)
{
	for (size_t at = start; at - start < COMMAND_BYTES_MAX; at++) {
		char c = mask_at(mask, at);
		if (is_wall(c) || c == '\n')
			break;
		if (c != '-' || mask_at(mask, at + 1) != 'u' ||
		    !strchr(" +", mask_before(mask, at)))
			continue;
		size_t end = claim_login(mask, at + 2);
		if (end > at + 2)
			return end;
	}
	return start;
}

static bool is_hex_of_key(char c)
{
	return ascii_is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}

/* Mailchimp: 32 hexadecimal digits and the name of a data centre, "-us12". */
static size_t claim_datacentre(struct mask *mask, size_t start, size_t at)
{
	size_t number = start, end = at;
	while (start - number < 32 && is_hex_of_key(mask_before(mask, number)))
		number--;
	while (ascii_is_digit(mask_at(mask, end)))
		end++;
	if (start - number < 32 || end == at || ascii_is_alnum(mask_before(mask, number)))
		return at;
	mask_claim(mask, number, end, PII_API_KEY);
	return end;
}

/* The token of a Discord bot: the number of the bot in base64, a time and a signature, with points
 * between them. */
static size_t claim_discord(struct mask *mask, size_t start)
{
	size_t time = token_end(mask, start), sign = token_end(mask, time + 1);
	size_t end = token_end(mask, sign + 1);
	if (time - start < 22 || time - start > 28 || mask_at(mask, time) != '.' ||
	    sign - time < 6 || sign - time > 9 || mask_at(mask, sign) != '.' || end - sign < 26)
		return start;
	mask_claim(mask, start, end, PII_API_KEY);
	return end;
}

static size_t claim_place(struct mask *mask, enum place how, size_t start, size_t at)
{
	switch (how) {
	case PLACE_COOKIES: return claim_cookies(mask, start, at);
	case PLACE_CREDENTIALS: return claim_credentials(mask, start, at);
	case PLACE_LOGIN: return claim_login(mask, at);
	case PLACE_VALUE: return claim_value(mask, at);
	case PLACE_BLOCK: return claim_block(mask, at);
	case PLACE_BOT: return claim_bot(mask, at);
	case PLACE_BOT_SECRET: return claim_bot_secret(mask, start, at);
	case PLACE_CURL: return claim_curl(mask, at);
	case PLACE_DATACENTRE: return claim_datacentre(mask, start, at);
	}
	return at;
}

size_t secret_place_claim(struct mask *mask, size_t at)
{
	struct str rest = str_make(mask->text + at, mask->len - at);
	char first = ascii_lower(mask->text[at]);
	if (first >= 'm' && first <= 'o' && !is_token_char(mask_before(mask, at))) {
		size_t end = claim_discord(mask, at);
		if (end > at)
			return end;
	}
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		struct str word = places[i].word;
		if (word.data[0] != first ||
		    (first != ':' && first != '-' && ascii_is_alnum(mask_before(mask, at))) ||
		    !str_istarts(rest, word))
			continue;
		size_t end = claim_place(mask, places[i].how, at, at + word.len);
		if (end > at + word.len)
			return end;
	}
	return at;
}
