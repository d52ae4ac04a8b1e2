/* Secrets that nothing but their place gives away: cookies and credentials in the lines of a
 * request, signatures and sessions in addresses, the tokens of bots, and what commands are given
 * (secret_command.c). The words that announce a place are looked for where their first three
 * letters are. */
#include "privacy/scan.h"
#include "privacy/secret.h"

#include <string.h>

#define VALUE_CHARS_MIN 8
#define BOT_DIGITS_MIN 6
#define BOT_CHARS_MIN 30
#define SCHEME_BYTES_MAX 24
#define NAME_BYTES_MAX 64
#define LINE_CHARS_MIN 16
#define KEY_CHARS_MIN 12 /* of what is called no more than a key or a code */

enum place {
	PLACE_COOKIES,     /* the rest of the line */
	PLACE_CREDENTIALS, /* the same, after the scheme */
	PLACE_LOGIN,       /* what follows a name and a colon */
	PLACE_VALUE,       /* up to the next field */
	PLACE_KEY,         /* the same, when it looks like a key */
	PLACE_NAMED,       /* the same, behind the rest of the name and an equals sign */
	PLACE_PATH,        /* the rest of the address */
	PLACE_BLOCK,       /* lines of base64 */
	PLACE_BOT,         /* digits, a colon, a token */
	PLACE_BOT_SECRET,
	PLACE_CURL,   /* its options, up to the end of the line */
	PLACE_OPTION, /* of another command: the next letter tells */
	PLACE_SLASH,  /* what follows a name and a slash */
	PLACE_PAIR,   /* what follows a name and a comma */
	PLACE_DSN,    /* what stands before it, behind a name and a colon */
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
	size_t colon = skip_any(mask, at, " \t+:=");
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

static size_t claim_value(struct mask *mask, size_t at, bool key)
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
	if (end - at < VALUE_CHARS_MIN || (!digit && !(upper && lower)) ||
	    (key && !(end - at >= KEY_CHARS_MIN && digit && upper && lower)))
		return at;
	while (!ends_value(mask_at(mask, end)))
		end++;
	mask_claim(mask, at, end, PII_API_KEY);
	return end;
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
	/* the scheme of one issuer: "GenieKey", "SSWS" */
	return word.len > 0 && mask_at(mask, scheme) == ' ' ? claim_value(mask, scheme + 1, true)
	                                                    : at;
}

/* "__Host-session=…" */
static size_t claim_named(struct mask *mask, size_t at)
{
	size_t sign = at;
	while (sign - at < NAME_BYTES_MAX &&
	       (ascii_is_alnum(mask_at(mask, sign)) || strchr("_-.", mask_at(mask, sign))))
		sign++;
	return mask_at(mask, sign) == '=' ? claim_value(mask, sign + 1, false) : at;
}

static size_t claim_path(struct mask *mask, size_t at)
{
	size_t end = at;
	while (!ends_value(mask_at(mask, end)))
		end++;
	if (end - at < VALUE_CHARS_MIN)
		return at;
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
	case PLACE_LOGIN: return secret_login_claim(mask, at);
	case PLACE_VALUE: return claim_value(mask, at, false);
	case PLACE_KEY: return claim_value(mask, at, true);
	case PLACE_NAMED: return claim_named(mask, at);
	case PLACE_PATH: return claim_path(mask, at);
	case PLACE_BLOCK: return claim_block(mask, at);
	case PLACE_BOT: return claim_bot(mask, at);
	case PLACE_BOT_SECRET: return claim_bot_secret(mask, start, at);
	case PLACE_CURL:
		/* there may be others between its options, so the search does not skip them */
		secret_curl_claim(mask, at);
		return at;
	case PLACE_OPTION: return secret_option_claim(mask, start + 2);
	case PLACE_SLASH: return secret_slash_claim(mask, at);
	case PLACE_PAIR: return secret_pair_claim(mask, at);
	case PLACE_DSN: secret_dsn_claim(mask, start); return at;
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
		    (ascii_is_alnum(first) && ascii_is_alnum(mask_before(mask, at))) ||
		    !str_istarts(rest, word))
			continue;
		size_t end = claim_place(mask, places[i].how, at, at + word.len);
		if (end > at + word.len)
			return end;
	}
	return at;
}
