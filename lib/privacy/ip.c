/* IPv4 and IPv6 addresses. A run of the bytes that addresses are made of is parsed as a whole;
 * ports, prefix lengths and punctuation of the sentence are left out. Version numbers look like
 * IPv4 addresses: "1.2.3.4" counts as an address only when a word or a port says so, "10.20.30.40"
 * unless a word says that it is a version. */
#include "privacy/scan.h"

#include <string.h>

#define LOOPBACK 127 /* RFC 1122, 3.2.1.3 */
#define OCTETS 4
#define OCTET_MAX 255
#define SMALL_MAX 99 /* of a part of a version */
#define GROUPS_IPV6 8
#define IPV6_BYTES_MAX 45
#define ZONE_BYTES_MAX 32

static bool is_hex(char c)
{
	return ascii_is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}

static bool is_v4(struct str text, unsigned octets[OCTETS])
{
	struct str rest = text;
	for (size_t i = 0; i < OCTETS; i++) {
		if (i < OCTETS - 1 && str_find_char(rest, '.') < 0)
			return false;
		struct str octet = i < OCTETS - 1 ? str_split(&rest, '.') : rest;
		uint64_t value;
		if (octet.len > 3 || str_to_u64(octet, &value) < 0 || value > OCTET_MAX)
			return false;
		octets[i] = (unsigned)value;
	}
	return true;
}

/* Parses one side of "::", or a whole address: hexadecimal groups, the last of which may be an IPv4
 * address. Returns how many groups it fills; -1 when it is malformed. */
static int ipv6_side(struct str side)
{
	int count = 0;
	while (side.len > 0) {
		bool last = str_find_char(side, ':') < 0;
		struct str group = last ? side : str_split(&side, ':');
		unsigned octets[OCTETS];
		if (last && is_v4(group, octets))
			return count + 2;
		if (group.len == 0 || group.len > 4)
			return -1;
		for (size_t i = 0; i < group.len; i++)
			if (!is_hex(group.data[i]))
				return -1;
		count++;
		if (last)
			return count;
	}
	return count == 0 ? 0 : -1; /* a colon at the end */
}

static bool is_v6(struct str text)
{
	if (text.len < 2 || text.len > IPV6_BYTES_MAX)
		return false;
	ptrdiff_t gap = str_find(text, STR("::"));
	if (gap < 0)
		return ipv6_side(text) == GROUPS_IPV6;
	int left = ipv6_side(str_make(text.data, (size_t)gap));
	struct str rest = str_skip(text, (size_t)gap + 2);
	int right = ipv6_side(rest);
	/* An IPv4 address is only allowed at the very end. */
	if (memchr(text.data, '.', (size_t)gap))
		return false;
	return left >= 0 && right >= 0 && left + right < GROUPS_IPV6;
}

/* True when something around the address belongs to addresses only: a scheme or user before it, a
 * port or prefix length after it. */
static bool looks_like_address(const struct mask *mask, size_t start, size_t end)
{
	if (mask_before(mask, start) == '@' ||
	    (mask_before(mask, start) == '/' && start > 1 && mask_before(mask, start - 1) == '/'))
		return true;
	char c = mask_at(mask, end);
	return (c == ':' || c == '/') && ascii_is_digit(mask_at(mask, end + 1));
}

/* "base >=4.11.1.0 && <5.0.0.0" */
static bool is_in_range(const struct mask *mask, size_t start, size_t end)
{
	if (mask_before(mask, start) == ' ')
		start--;
	char sign = mask_before(mask, start), before = mask_before(mask, start - (start > 0));
	return (sign == '=' && (before == '<' || before == '>' || before == '=')) ||
	       (sign == '<' && before == ' ' && mask_at(mask, end) != '>');
}

static bool is_version(const struct mask *mask, size_t start, size_t end)
{
	struct str rest = str_make(mask->text + end, mask->len - end);
	if (str_istarts(rest, STR(" (build")) || str_istarts(rest, STR(" build ")))
		return true;
	if (context_directly(mask, start, WORD_VERSION) || is_in_range(mask, start, end))
		return true;
	/* A package and its version, "base-4.11.1.0", but not a host name, "ip-10.0.0.1". */
	if (mask_before(mask, start) == '-' && start > 1 && ascii_is_alnum(mask->text[start - 2]))
		return !context_directly(mask, start, WORD_IP);
	/* A product and its version: "Chrome/120.10.0.0". */
	return mask_before(mask, start) == '/' && start > 1 &&
	       context_directly(mask, start - 1, WORD_VERSION);
}

/* Ranges of RFC 1918. */
static bool is_private(const unsigned octets[OCTETS])
{
	return octets[0] == 10 || (octets[0] == 192 && octets[1] == 168) ||
	       (octets[0] == 172 && octets[1] >= 16 && octets[1] < 32);
}

/* "2.0.0 through 20.9.10.4": the end of a range of versions. */
static bool ends_versions(const struct mask *mask, size_t at)
{
	size_t points = 0;
	for (; ascii_is_digit(mask_before(mask, at)) || mask_before(mask, at) == '.'; at--)
		points += mask_before(mask, at) == '.';
	return points == 2 &&
	       (is_wall(mask_before(mask, at)) || ascii_is_space(mask->text[at - 1]));
}

/* Words that only versions have around them: "fixed in 20.9.10.4", "20.9.10.4 Build 77". */
static bool is_spoken_of_as_version(const struct mask *mask, size_t start, size_t end)
{
	static const char *const before[] = {"patched in ", "fixed in ",  "introduced in ",
	                                     " through ",   " up until ", " up to "};
	static const size_t first_of_range = 3;
	struct str rest = str_make(mask->text + end, mask->len - end);
	if (str_istarts(rest, STR(" build ")) || str_istarts(rest, STR(" includes:")))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(before); i++) {
		struct str words = str_of(before[i]);
		if (start < words.len ||
		    !str_istarts(str_make(mask->text + start - words.len, words.len), words))
			continue;
		if (i < first_of_range || ends_versions(mask, start - words.len))
			return true;
	}
	return false;
}

/* "AcmeBrowser/60.12.0.1", as browsers call themselves, but not "/home/AcmeBrowser/60.12.0.1". */
static bool is_agent(const struct mask *mask, size_t start)
{
	size_t name = start - (start > 0);
	if (mask_before(mask, start) != '/')
		return false;
	while (ascii_is_alnum(mask_before(mask, name)))
		name--;
	return (is_wall(mask_before(mask, name)) || ascii_is_space(mask->text[name - 1])) &&
	       (context_directly(mask, start, WORD_PRODUCT) || context_is_name(mask, start, true));
}

/* After the name of a product. Public addresses rarely consist of small numbers alone. */
static bool may_be_version(const struct mask *mask, size_t start, size_t end,
                           const unsigned octets[OCTETS])
{
	/* "Windows 10.4.1.147" */
	if (octets[0] == 10 && octets[1] > 0 && context_directly(mask, start, WORD_DESK))
		return true;
	if (is_private(octets))
		return false;
	if (is_spoken_of_as_version(mask, start, end))
		return true;
	if (mask_before(mask, start) == '/')
		return is_agent(mask, start);
	if (context_directly(mask, start, WORD_PRODUCT) || context_is_name(mask, start, true))
		return true;
	for (size_t i = 0; i < OCTETS; i++)
		if (octets[i] > SMALL_MAX)
			return false;
	return context_is_name(mask, start, false);
}

/* The loopback is nobody's address. */
static bool is_address(const struct mask *mask, size_t start, size_t end,
                       const unsigned octets[OCTETS])
{
	if (octets[0] == LOOPBACK || is_version(mask, start, end) ||
	    (may_be_version(mask, start, end, octets) && !looks_like_address(mask, start, end)))
		return false;
	for (size_t i = 0; i < OCTETS; i++)
		if (octets[i] > 9)
			return true;
	return looks_like_address(mask, start, end) ||
	       context_has(mask, start, WORD_IP, WORD_VERSION);
}

/* A phone number may have the form of an address: "mobile 93.228.61.28". */
static bool is_phone(const struct mask *mask, size_t start)
{
	return context_has(mask, start, WORD_PHONE, WORD_IP) || context_is_my_number(mask, start);
}

/* Tries the run of digits and points from `start` to `end`. */
static void try_ipv4(struct mask *mask, size_t start, size_t end)
{
	unsigned octets[OCTETS];
	while (start < end && mask->text[start] == '.')
		start++;
	while (end > start && mask->text[end - 1] == '.')
		end--;
	if (end - start < 7 || end - start > 15 || !context_number_may_start(mask, start) ||
	    ascii_is_alnum(mask_at(mask, end)))
		return;
	if (is_v4(str_make(mask->text + start, end - start), octets) &&
	    is_address(mask, start, end, octets))
		mask_claim(mask, start, end, is_phone(mask, start) ? PII_PHONE : PII_IP);
}

static void find_ipv4(struct mask *mask)
{
	const char *point;
	for (size_t at = 0; (point = memchr(mask->text + at, '.', mask->len - at)); at++) {
		size_t start = (size_t)(point - mask->text);
		for (at = start; ascii_is_digit(mask_at(mask, at)) || mask_at(mask, at) == '.';)
			at++;
		while (ascii_is_digit(mask_before(mask, start)))
			start--;
		try_ipv4(mask, start, at);
		if (at >= mask->len)
			return;
	}
}

/* "fe80::1%eth0": the zone belongs to the address. */
static size_t zone_end(const struct mask *mask, size_t end)
{
	size_t at = end;
	if (mask_at(mask, at) != '%' || !ascii_is_alnum(mask_at(mask, at + 1)))
		return end;
	at++;
	while (ascii_is_alnum(mask_at(mask, at)) && at - end <= ZONE_BYTES_MAX)
		at++;
	return at;
}

/* Programs have words of hexadecimal letters joined by "::", so a digit in it, or a word before it,
 * must tell that this is an address. */
static bool is_ipv6_here(const struct mask *mask, size_t start, size_t end)
{
	struct str text = str_make(mask->text + start, end - start);
	if (!is_v6(text) || str_eq(text, STR("::1")))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (ascii_is_digit(text.data[i]))
			return true;
	return text.len > 2 && context_has(mask, start, WORD_IP, 0);
}

/* Tries the run of hexadecimal digits, colons and points from `start` to `end`: as it is, then
 * without the label before it, the punctuation after it, or a port. */
static void try_ipv6(struct mask *mask, size_t start, size_t end)
{
	/* "adresa:2003:c7::1": the label ends in a letter that could be a digit. */
	if (ascii_is_alpha(mask_before(mask, start)) || is_high(mask_before(mask, start)))
		while (start < end && mask->text[start] != ':')
			start++;
	if (start < end && mask->text[start] == ':' && mask_at(mask, start + 1) != ':')
		start++;
	while (end > start && (mask->text[end - 1] == '.' ||
	                       (mask->text[end - 1] == ':' && mask_before(mask, end - 1) != ':')))
		end--;
	if (end - start < 3 || end - start > IPV6_BYTES_MAX + 6 ||
	    ascii_is_alnum(mask_before(mask, start)) || ascii_is_alnum(mask_at(mask, end)))
		return;
	if (!is_ipv6_here(mask, start, end)) {
		while (end > start && ascii_is_digit(mask->text[end - 1]))
			end--;
		if (end == start || mask->text[end - 1] != ':')
			return;
		end--;
		if (!is_ipv6_here(mask, start, end))
			return;
	}
	mask_claim(mask, start, zone_end(mask, end), PII_IP);
}

static bool in_ipv6(char c)
{
	return is_hex(c) || c == ':' || c == '.';
}

static void find_ipv6(struct mask *mask)
{
	const char *colon;
	for (size_t at = 0; (colon = memchr(mask->text + at, ':', mask->len - at)); at++) {
		size_t start = (size_t)(colon - mask->text), colons = 0;
		for (at = start; in_ipv6(mask_at(mask, at)); at++)
			colons += mask->text[at] == ':';
		while (in_ipv6(mask_before(mask, start)))
			start--;
		if (colons > 1)
			try_ipv6(mask, start, at);
		if (at >= mask->len)
			return;
	}
}

void ip_find(struct mask *mask)
{
	find_ipv6(mask);
	find_ipv4(mask);
}
