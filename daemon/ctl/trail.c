/* Words for the orders of people. */
#include "daemon/ctl/trail.h"

#include "daemon/ctl/print.h"

void trail_add_who(struct buf *out, const struct json *payload)
{
	struct str user = json_str_at(payload, "user"), token = json_str_at(payload, "token"),
	           signal = json_str_at(payload, "signal");
	int64_t uid, pid = 0;

	if (signal.len > 0) {
		buf_puts(out, "the signal ");
		print_add_text(out, signal);
	} else if (token.len > 0) {
		buf_puts(out, "the token ");
		print_add_text(out, token);
		buf_puts(out, " from ");
		print_add_text(out, json_str_at(payload, "address"));
	} else if (json_int_at(payload, "uid", &uid)) {
		(void)json_int_at(payload, "pid", &pid);
		if (user.len > 0)
			print_add_text(out, user);
		else
			buf_puts(out, "a user without a name");
		buf_printf(out, " (uid %lld, process %lld)", (long long)uid, (long long)pid);
	} else {
		buf_puts(out, "an unknown user of the socket");
	}
}

void trail_add_order(struct buf *out, const struct json *payload)
{
	int64_t tickets;

	print_add_text(out, json_str_at(payload, "order"));
	if (json_int_at(payload, "tickets", &tickets))
		buf_printf(out, " (%lld %s)", (long long)tickets,
		           str_plural((uint64_t)tickets, "ticket", "tickets"));
	buf_puts(out, ", ordered by ");
	trail_add_who(out, payload);
}

static void add_trail_line(struct buf *out, const struct json *event)
{
	const struct json *payload = json_at(event, "payload");
	int64_t at = 0;

	if (!str_eq(json_str_at(event, "kind"), STR("command")))
		return;
	(void)json_int_at(event, "at", &at);
	print_add_wall(out, at);
	buf_puts(out, "  ");
	if (json_is_object(payload))
		trail_add_order(out, payload);
	else
		buf_puts(out, "an order whose record cannot be read: it is damaged, or sealed "
		              "with a key other than log.key");
	buf_putc(out, '\n');
}

void trail_answer(struct buf *out, const struct json *tree)
{
	const struct json *events = json_at(tree, "events");
	size_t before = out->len;
	int64_t omitted;

	if (json_int_at(tree, "omitted", &omitted) && omitted > 0)
		buf_printf(out, "%lld older %s not shown.\n", (long long)omitted,
		           str_plural((uint64_t)omitted, "order is", "orders are"));
	for (struct json_each each = json_items(events); json_next(&each);)
		add_trail_line(out, each.value);
	if (out->len == before)
		buf_puts(out, "No orders are recorded.\n");
}
