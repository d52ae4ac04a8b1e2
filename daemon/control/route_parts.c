/* Parses targets, hosts, tokens and lists of ids; does no I/O. */
#include "daemon/control/route_parts.h"

#include "base/crypto.h"
#include "base/json.h"

/* --- target --- */

static struct str strip_query(struct str path)
{
	return str_split(&path, '?');
}

bool route_target_parse(struct str target, struct route_target *ret)
{
	struct str prefix = STR("http://"), rest;

	if (target.len > 0 && target.data[0] == '/') {
		*ret = (struct route_target){.path = strip_query(target)};
		return true;
	}
	if (!str_istarts(target, prefix))
		return false;
	rest = str_skip(target, prefix.len);
	ptrdiff_t slash = str_find_char(rest, '/');
	if (slash <= 0)
		return false;
	*ret = (struct route_target){.path = strip_query(str_skip(rest, (size_t)slash)),
	                             .host = str_make(rest.data, (size_t)slash)};
	return true;
}

/* --- host --- */

/* Removes a port; a colon inside the brackets of an IPv6 address does not begin one. */
static struct str strip_port(struct str host)
{
	size_t end = host.len;

	while (end > 0 && ascii_is_digit(host.data[end - 1]))
		end--;
	if (end == 0 || host.data[end - 1] != ':')
		return host;
	if (host.data[0] == '[' ? (end < 2 || host.data[end - 2] != ']')
	                        : str_find_char(host, ':') != (ptrdiff_t)end - 1)
		return host;
	return str_make(host.data, end - 1);
}

static bool is_in_list(struct str host, struct str list)
{
	while (list.data != NULL) {
		struct str words = str_split(&list, ',');

		while (words.data != NULL) {
			struct str name = str_trim(str_split(&words, ' '));

			if (name.len > 0 && str_ieq(strip_port(name), host))
				return true;
		}
	}
	return false;
}

bool route_host_allowed(struct str host, struct str list)
{
	static const struct str loopback[] = {
	        {"localhost", 9}, {"127.0.0.1", 9}, {"[::1]", 5}, {"localhost.", 10}};
	struct str name = strip_port(host);

	if (name.len == 0)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(loopback); i++)
		if (str_ieq(name, loopback[i]))
			return true;
	return is_in_list(name, list);
}

/* --- token --- */

/* Compares digests, which all have the same length, so that the time does not reveal the token's
 * length. */
bool route_token_matches(struct str authorization, struct str token)
{
	uint8_t given[CRYPTO_SHA256_SIZE], wanted[CRYPTO_SHA256_SIZE];
	struct str scheme = STR("bearer ");

	if (token.len == 0 || !str_istarts(authorization, scheme))
		return false;
	crypto_sha256(str_trim(str_skip(authorization, scheme.len)), given);
	crypto_sha256(token, wanted);
	return crypto_equal(given, wanted, sizeof(given));
}

/* --- ids --- */

static int read_ids(const json_t *tree, struct ticket_key tickets[ROUTE_IDS_MAX], size_t *ret_count,
                    struct err *err)
{
	const json_t *list = json_at(tree, "ids");
	size_t count = json_array_size(list);

	if (!json_is_array(list) || json_object_size(tree) != 1)
		return err_set(err, "the body must contain only ticket numbers: {\"ids\":[12345]}");
	if (count == 0 || count > ROUTE_IDS_MAX)
		return err_set(err, "1 to %d tickets can be given at a time", ROUTE_IDS_MAX);
	for (size_t i = 0; i < count; i++) {
		const json_t *id = json_array_get(list, i);

		if (!json_is_integer(id) || json_integer_value(id) <= 0)
			return err_set(err, "entry %zu of \"ids\" is not a ticket number", i + 1);
		tickets[i] = ticket_key(ACCOUNT_FIRST, (uint64_t)json_integer_value(id));
	}
	*ret_count = count;
	return 0;
}

int route_ids_parse(struct str body, struct ticket_key tickets[ROUTE_IDS_MAX], size_t *ret_count,
                    struct err *err)
{
	struct err why;
	json_t *tree = json_parse(body, &why);

	if (tree == NULL)
		return err_set(err, "the body is not valid JSON: %s; expected {\"ids\":[12345]}",
		               why.text);
	int status = read_ids(tree, tickets, ret_count, err);
	json_free(tree);
	return status;
}
