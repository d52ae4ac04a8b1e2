/* Search: the part of the query language that is used, over an index that may lag behind; the
 * classic search with its limits, and the export with its cursors. */
#include "hash.h"
#include "parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEARCH_RESULTS_MAX 1000
#define SEARCH_PAGE_MAX 100
#define EXPORT_PAGE_MAX 1000
#define CURSOR_LIFE 3600 /* seconds */
#define TAG_TERMS_MAX 16

struct tag_term {
	uint32_t word;
	bool known; /* false: no ticket ever had this tag */
	bool negative;
};

struct query {
	unsigned statuses;                    /* bit set allowed by all status terms */
	unsigned same;                        /* statuses named with ':' (alternatives), 0 = none */
	unsigned priorities, same_priorities; /* the same of priorities; "none" is one of them */
	int64_t created_from, created_before; /* server seconds */
	int64_t updated_from, updated_before;
	bool sliced; /* the query bounds priority or created_at */
	struct tag_term tags[TAG_TERMS_MAX];
	size_t tag_count;
	bool untagged;
	bool names_type;
	bool nothing; /* the query excludes tickets */
};

/* Compares one term's value by its operator with every status. */
static unsigned statuses_matching(char operator, bool or_equal, int value)
{
	unsigned bits = 0;
	for (int s = 0; s < Z_DELETED; s++)
		if ((operator== ':' && s == value) ||
		    (operator== '<' &&(s < value || (or_equal && s == value))) ||
		    (operator== '>' &&(s > value || (or_equal && s == value))))
			bits |= 1u << s;
	return bits;
}

static void take_status(struct query *query, bool negative, char operator, bool or_equal,
                        struct str value)
{
	unsigned bits = statuses_matching(operator, or_equal, z_status_parse(value));
	if (negative)
		query->statuses &= ~bits;
	else if (operator== ':')
		query->same |= bits;
	else
		query->statuses &= bits;
}

static unsigned priorities_matching(char operator, bool or_equal, struct str value)
{
	int priority = str_eq(value, STR("none")) ? Z_NONE : z_priority_parse(value);
	unsigned bits = 0;
	for (int p = 0; p < Z_PRIORITIES; p++)
		if ((operator== ':' && p == priority) ||
		    (operator== '<' &&(p < priority || (or_equal && p == priority))) ||
		    (operator== '>' &&(p > priority || (or_equal && p == priority))))
			bits |= 1u << p;
	return bits;
}

static void take_priority(struct query *query, bool negative, char operator, bool or_equal,
                          struct str value)
{
	unsigned bits = priorities_matching(operator, or_equal, value);
	query->sliced = true;
	if (negative)
		query->priorities &= ~bits;
	else if (operator== ':')
		query->same_priorities |= bits;
	else
		query->priorities &= bits;
}

/* Instants ("2026-11-22T10:00:00Z") and comparisons only; comparisons form a range. */
static void take_instant(char operator, bool or_equal, struct str value, int64_t *from,
                         int64_t *until)
{
	msec wall;
	if (clock_parse_iso(value, &wall) < 0)
		return;
	int64_t second = wall / MSEC_SECOND;
	int64_t after = second + (operator== '>' && !or_equal);
	int64_t before = second + (operator== '<' && or_equal);
	if (operator== '>' && after> * from)
		*from = after;
	if (operator== '<' && before<* until)
		*until = before;
}

static void take_created(struct query *query, char operator, bool or_equal, struct str value)
{
	query->sliced = true;
	take_instant(operator, or_equal, value, &query->created_from, &query->created_before);
}

static void take_tag(const struct world *world, struct query *query, bool negative,
                     struct str value)
{
	if (!negative && str_eq(value, STR("none"))) {
		query->untagged = true;
		return;
	}
	if (query->tag_count == TAG_TERMS_MAX)
		return;
	struct tag_term *term = &query->tags[query->tag_count++];
	term->negative = negative;
	term->known = words_find(&world->zendesk.store.words, value, &term->word);
}

static void take_term(const struct world *world, struct query *query, struct str term)
{
	bool negative = str_starts(term, STR("-"));
	term = str_skip(term, negative);
	size_t at = 0;
	while (at < term.len && !strchr(":<>", term.data[at]))
		at++;
	if (at == term.len)
		return; /* free text: matches everything here */
	struct str key = str_make(term.data, at), value = str_skip(term, at + 1);
	bool or_equal = str_starts(value, STR("="));
	value = str_skip(value, or_equal);
	if (value.len >= 2 && value.data[0] == '"')
		value = str_make(value.data + 1, value.len - 2);
	if (str_eq(key, STR("status"))) {
		take_status(query, negative, term.data[at], or_equal, value);
	} else if (str_eq(key, STR("priority"))) {
		take_priority(query, negative, term.data[at], or_equal, value);
	} else if (str_eq(key, STR("created"))) {
		take_created(query, term.data[at], or_equal, value);
	} else if (str_eq(key, STR("updated"))) {
		take_instant(term.data[at], or_equal, value, &query->updated_from,
		             &query->updated_before);
	} else if (str_eq(key, STR("tags"))) {
		take_tag(world, query, negative, value);
	} else if (str_eq(key, STR("type"))) {
		query->names_type = true;
		query->nothing |= !str_eq(value, STR("ticket"));
	}
}

static void parse_query(const struct world *world, struct str text, struct query *query)
{
	memset(query, 0, sizeof(*query));
	query->statuses = (1u << Z_DELETED) - 1;
	query->priorities = (1u << Z_PRIORITIES) - 1;
	query->created_before = query->updated_before = INT64_MAX;
	while (text.len) {
		struct str term = str_trim(str_split(&text, ' '));
		if (term.len)
			take_term(world, query, term);
	}
	if (query->same)
		query->statuses &= query->same;
	if (query->same_priorities)
		query->priorities &= query->same_priorities;
}

static const struct z_state *known_to_search(const struct z_ticket *ticket)
{
	return ticket->indexed ? ticket->indexed : &ticket->live;
}

static bool tags_match(const struct query *query, const struct z_state *state)
{
	bool wanted = false, found = false; /* positive tags are alternatives */
	for (size_t i = 0; i < query->tag_count; i++) {
		const struct tag_term *term = &query->tags[i];
		bool has = term->known && z_state_has(state, term->word);
		if (term->negative && has)
			return false;
		wanted |= !term->negative;
		found |= !term->negative && has;
	}
	return (!wanted || found) && (!query->untagged || state->tag_count == 0);
}

static bool matches(const struct query *query, const struct z_ticket *ticket)
{
	const struct z_state *state = known_to_search(ticket);
	return !query->nothing && (query->statuses & (1u << state->status)) &&
	       (query->priorities & (1u << state->priority)) &&
	       ticket->created >= query->created_from && ticket->created < query->created_before &&
	       state->updated >= query->updated_from && state->updated < query->updated_before &&
	       tags_match(query, state);
}

static void unavailable(struct world_answer *answer)
{
	answer_error(
	        answer, 500, "unavailable",
	        "Sorry, we could not complete your search query. Please try again in a moment.");
}

/* Parses the query of the request; false with an answer when there is none. */
static bool get_query(struct world *world, const struct world_request *request, struct query *query,
                      struct buf *text, struct world_answer *answer)
{
	if (!query_parameter(request->target, "query", text) || !text->len) {
		answer_error(answer, 422, "invalid", "Invalid search: query is missing");
		return false;
	}
	if (world->fault == FAULT_UNAVAILABLE) {
		unavailable(answer);
		return false;
	}
	parse_query(world, buf_str(text), query);
	return true;
}

struct order {
	/* 'c'reated, 'u'pdated, 'p'riority, 's'tatus; 0 = relevance, that is newest first */
	char by;
	bool ascending;
};

static int64_t sort_key(const struct z_ticket *ticket, char by)
{
	const struct z_state *state = known_to_search(ticket);
	switch (by) {
	case 'u': return state->updated;
	case 'p': return state->priority;
	case 's': return state->status;
	default: return ticket->created;
	}
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct z_ticket *one = *(struct z_ticket *const *)a,
	                      *two = *(struct z_ticket *const *)b;
	const struct order *order = arg;
	int64_t left = sort_key(one, order->by), right = sort_key(two, order->by);
	int result = left != right ? (left < right ? -1 : 1)
	                           : (one->id < two->id ? -1 : one->id > two->id);
	return order->ascending ? result : -result;
}

static struct order order_of(struct str target)
{
	struct order order = {0};
	struct buf value;
	if (query_parameter(target, "sort_by", &value) && value.len)
		order.by = value.data[0];
	buf_free(&value);
	if (query_parameter(target, "sort_order", &value))
		order.ascending = str_eq(buf_str(&value), STR("asc"));
	buf_free(&value);
	return order;
}

/* Orders by created_at, which relevance also means here. That is the order of ids, since no ticket
 * is created before an older one. */
static void reverse(struct z_ticket **found, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct z_ticket *one = found[i];
		found[i] = found[count - 1 - i];
		found[count - 1 - i] = one;
	}
}

static struct z_ticket **collect(struct world *world, const struct query *query, struct order order,
                                 size_t *ret_count)
{
	struct z_store *store = &world->zendesk.store;
	struct z_ticket **found = xmalloc((store->count ? store->count : 1) * sizeof(*found));
	size_t count = 0;
	for (size_t i = 0; i < store->count; i++)
		if (matches(query, &store->items[i]))
			found[count++] = &store->items[i];
	if (order.by && order.by != 'c')
		qsort_r(found, count, sizeof(struct z_ticket *), compare, &order);
	else if (!order.ascending)
		reverse(found, count);
	*ret_count = count;
	return found;
}

/* Adds a result. A page of a longer list does not count as a read, unless it is the first one of
 * a slice: other pages shift, and clients must not rely on them. */
static void add_result(struct world *world, struct z_ticket *ticket, bool is_read, struct buf *out)
{
	json_add_comma(out);
	zendesk_add_ticket(world, ticket, known_to_search(ticket), TICKET_FOUND, out);
	if (is_read)
		zendesk_mark_read(world, ticket, known_to_search(ticket));
}

static void search_page(struct world *world, struct z_ticket **found, size_t count, uint64_t page,
                        uint64_t size, bool sliced, struct str query, struct buf *out)
{
	bool is_read = count <= size || (sliced && page == 1);
	size_t first = (page - 1) * size, last = first + size < count ? first + size : count;
	buf_puts(out, "{\"results\":[");
	if (world->fault == FAULT_DUPLICATE && first > 0 && first < count)
		add_result(world, found[first - 1], false, out);
	for (size_t i = first; i < last; i++)
		add_result(world, found[i], is_read, out);
	buf_printf(out,
	           "],\"facets\":null,\"count\":%zu,\"previous_page\":null,\"next_page\":", count);
	if (last < count || (page * size == SEARCH_RESULTS_MAX && count)) {
		buf_printf(out,
		           "\"" FOREIGN_ORIGIN "/api/v2/search.json?page=%llu&per_page=%llu&query=",
		           (unsigned long long)page + 1, (unsigned long long)size);
		http_add_query_escaped(out, query);
		buf_puts(out, "\"}");
	} else {
		buf_puts(out, "null}");
	}
}

void zendesk_search(struct world *world, const struct world_request *request,
                    struct world_answer *answer)
{
	struct buf text, unwanted;
	struct query query;
	uint64_t page = 1, size = SEARCH_PAGE_MAX;
	(void)query_number(request->target, "page", &page);
	(void)query_number(request->target, "per_page", &size);
	size = size < 1 || size > SEARCH_PAGE_MAX ? SEARCH_PAGE_MAX : size;
	bool cursor = query_parameter(request->target, "page[size]", &unwanted);
	buf_free(&unwanted);
	if (cursor || page < 1) {
		answer_json(answer, 400);
		buf_puts(&answer->body, "{\"error\":{\"title\":\"Invalid "
		                        "attribute\",\"message\":\"You passed an invalid "
		                        "value for the page attribute. Invalid parameter: page "
		                        "must be an integer\"}}");
		return;
	}
	if (page > SEARCH_RESULTS_MAX || page * size > SEARCH_RESULTS_MAX) {
		answer_error(answer, 422, "invalid",
		             "Invalid search: Requested response size was greater than Search "
		             "Response Limits");
		return;
	}
	if (get_query(world, request, &query, &text, answer)) {
		size_t count;
		struct z_ticket **found = collect(world, &query, order_of(request->target), &count);
		answer_json(answer, 200);
		search_page(world, found, count, page, size, query.sliced, buf_str(&text),
		            &answer->body);
		free(found);
	}
	buf_free(&text);
}

void zendesk_search_count(struct world *world, const struct world_request *request,
                          struct world_answer *answer)
{
	struct buf text;
	struct query query;
	if (get_query(world, request, &query, &text, answer)) {
		size_t count = 0;
		for (size_t i = 0; i < world->zendesk.store.count; i++)
			count += matches(&query, &world->zendesk.store.items[i]);
		answer_json(answer, 200);
		buf_printf(&answer->body, "{\"count\":%zu}", count);
	}
	buf_free(&text);
}

/* Parses a cursor, which says where to continue (all tickets below this id), for which query, and
 * since when: "id.hash.second" in hex. */
static bool read_cursor(struct world *world, struct str cursor, uint64_t hash, uint64_t *ret_below)
{
	unsigned long long below, query, second;
	char text[80];
	if (cursor.len >= sizeof(text))
		return false;
	memcpy(text, cursor.data, cursor.len);
	text[cursor.len] = '\0';
	if (sscanf(text, "eyJ%llx.%llx.%llx", &below, &query, &second) != 3 || query != hash ||
	    server_second(world) - (int64_t)second > CURSOR_LIFE)
		return false;
	*ret_below = below;
	return true;
}

static void export_page(struct world *world, const struct query *query, uint64_t below,
                        uint64_t size, uint64_t hash, struct str query_text, struct buf *out)
{
	struct z_store *store = &world->zendesk.store;
	uint64_t given = 0, id = below;
	bool more = false;
	buf_puts(out, "{\"results\":[");
	while (id > 1 && !more) {
		struct z_ticket *ticket = z_store_find(store, id - 1);
		if (matches(query, ticket)) {
			more = given == size;
			if (more)
				break;
			add_result(world, ticket, true, out);
			given++;
		}
		id--;
	}
	char cursor[80];
	snprintf(cursor, sizeof(cursor), "eyJ%llx.%llx.%llx", (unsigned long long)id,
	         (unsigned long long)hash, (unsigned long long)server_second(world));
	buf_printf(out,
	           "],\"facets\":null,\"meta\":{\"has_more\":%s,\"after_cursor\":\"%s\",\"before_"
	           "cursor\":null},",
	           more ? "true" : "false", cursor);
	/* Not null on the last page either, and on another host, so that a client that follows it
	 * is detected. */
	buf_printf(out,
	           "\"links\":{\"prev\":null,\"next\":\"" FOREIGN_ORIGIN "/api/v2/search/"
	           "export.json?filter%%5Btype%%5D=ticket&page%%5Bafter%%5D=%s&page%%5Bsize%%5D=%"
	           "llu&query=",
	           cursor, (unsigned long long)size);
	http_add_query_escaped(out, query_text);
	buf_puts(out, "\"}}");
}

static bool export_filter_good(struct str target)
{
	struct buf filter;
	bool good = query_parameter(target, "filter[type]", &filter) &&
	            str_eq(buf_str(&filter), STR("ticket"));
	buf_free(&filter);
	return good;
}

void zendesk_export(struct world *world, const struct world_request *request,
                    struct world_answer *answer)
{
	struct buf text, cursor;
	struct query query;
	uint64_t size = 100, below = world->zendesk.store.count + 1;
	(void)query_number(request->target, "page[size]", &size);
	bool continued = query_parameter(request->target, "page[after]", &cursor);
	if (get_query(world, request, &query, &text, answer)) {
		uint64_t hash = hash_bytes(text.data, text.len, 7) & 0xffffffff;
		if (!export_filter_good(request->target))
			answer_error(answer, 400, "invalid", "filter[type] is required");
		else if (query.names_type)
			answer_error(answer, 400, "invalid", "type: is not allowed in the query");
		else if (size < 1 || size > EXPORT_PAGE_MAX)
			answer_error(answer, 400, "invalid", "page[size] out of range");
		else if (continued && world->fault == FAULT_CURSOR)
			answer_error(answer, prng_below(&world->chance, 2) ? 400 : 422, "invalid",
			             "Invalid search: the cursor is not valid");
		else if (continued && !read_cursor(world, buf_str(&cursor), hash, &below))
			answer_error(answer, 400, "invalid",
			             "Invalid search: the cursor has expired or belongs to another "
			             "query");
		else {
			answer_json(answer, 200);
			export_page(world, &query, below, size, hash, buf_str(&text),
			            &answer->body);
		}
	}
	buf_free(&text);
	buf_free(&cursor);
}
