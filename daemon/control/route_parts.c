/* Parses targets, hosts and lists of ids; does no I/O. */
#include "daemon/control/route_parts.h"

#include "base/json.h"

/* --- target --- */

static bool is_plain(struct str path)
{
	static const struct str tricks[] = {
	        {"//", 2}, {"/./", 3}, {"/../", 4}, {"%", 1}, {"\\", 1}};

	for (size_t i = 0; i < ARRAY_LEN(tricks); i++)
		if (str_find(path, tricks[i]) >= 0)
			return false;
	return !str_ends(path, STR("/.")) && !str_ends(path, STR("/.."));
}

bool route_target_parse(struct str target, struct str *ret_path)
{
	*ret_path = str_split(&target, '?');
	return ret_path->len > 0 && ret_path->data[0] == '/' && is_plain(*ret_path);
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

bool route_host_is_loopback(struct str host)
{
	static const struct str loopback[] = {
	        {"localhost", 9}, {"127.0.0.1", 9}, {"[::1]", 5}, {"localhost.", 10}};
	struct str name = strip_port(host);

	for (size_t i = 0; i < ARRAY_LEN(loopback); i++)
		if (str_ieq(name, loopback[i]))
			return true;
	return false;
}

bool route_host_allowed(struct str host, struct str list)
{
	struct str name = strip_port(host);

	return name.len > 0 && (route_host_is_loopback(host) || is_in_list(name, list));
}

/* --- ids --- */

static int read_ids(const struct json *tree, struct ticket_key tickets[ROUTE_IDS_MAX],
                    size_t *ret_count, struct err *err)
{
	const struct json *list = json_at(tree, "ids");
	size_t count = json_item_count(list);

	if (!json_is_array(list) || json_member_count(tree) != 1)
		return err_set(err, "the body must contain only ticket numbers: {\"ids\":[12345]}");
	if (count == 0 || count > ROUTE_IDS_MAX)
		return err_set(err, "1 to %d tickets can be given at a time", ROUTE_IDS_MAX);
	for (size_t i = 0; i < count; i++) {
		const struct json *id = json_item(list, i);

		if (!json_is_integer(id) || json_int_value(id) <= 0)
			return err_set(err, "entry %zu of \"ids\" is not a ticket number", i + 1);
		tickets[i] = ticket_key(ACCOUNT_FIRST, (uint64_t)json_int_value(id));
	}
	*ret_count = count;
	return 0;
}

int route_ids_parse(struct str body, struct ticket_key tickets[ROUTE_IDS_MAX], size_t *ret_count,
                    struct err *err)
{
	struct err why;
	struct json *tree = json_parse(body, &why);

	if (tree == NULL)
		return err_set(err, "the body is not valid JSON: %s; expected {\"ids\":[12345]}",
		               why.text);
	int status = read_ids(tree, tickets, ret_count, err);
	json_free(tree);
	return status;
}
