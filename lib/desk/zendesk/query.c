/* Writes the query of a search, and reads what zendesk.query says about priority and created_at. */
#include "desk/zendesk/query.h"

/* Cuts the first word off: blanks within quotes do not end it. Empty at the end. */
static struct str next_term(struct str *rest)
{
	bool quoted = false;
	size_t end = 0;
	*rest = str_trim(*rest);
	while (end < rest->len && (quoted || !ascii_is_space(rest->data[end])))
		quoted ^= rest->data[end++] == '"';
	struct str term = str_make(rest->data, end);
	*rest = str_skip(*rest, end);
	return term;
}

/* Whether the term is about this keyword; `ret_rest` is what follows it, from the operator on. */
static bool names(struct str term, struct str keyword, struct str *ret_rest)
{
	*ret_rest = str_skip(term, keyword.len);
	return str_istarts(term, keyword) && ret_rest->len > 0 &&
	       (ret_rest->data[0] == ':' || ret_rest->data[0] == '<' || ret_rest->data[0] == '>');
}

/* A term such as priority:high, of which zendesk.query may have several, as alternatives. */
static bool names_priority(struct str term, unsigned *ret_bit)
{
	static const struct {
		struct str word;
		enum priority priority;
	} words[] = {{STR(":none"), PRIORITY_NONE},
	             {STR(":low"), PRIORITY_LOW},
	             {STR(":normal"), PRIORITY_NORMAL},
	             {STR(":high"), PRIORITY_HIGH},
	             {STR(":urgent"), PRIORITY_URGENT}};
	struct str rest;
	if (!names(term, STR("priority"), &rest))
		return false;
	*ret_bit = 0;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_ieq(rest, words[i].word))
			*ret_bit = 1u << words[i].priority;
	return true;
}

unsigned zd_query_priorities(const struct config *config)
{
	struct str rest = str_of(config->zendesk.query), term;
	unsigned named = 0, bit;
	while ((term = next_term(&rest)).len > 0) {
		if (!names_priority(term, &bit))
			continue;
		if (bit == 0)
			return 0;
		named |= bit;
	}
	return named ? named : (1u << (PRIORITY_URGENT + 1)) - 1;
}

/* Whether zendesk.query has no term such as "created:2026-11-30". */
static bool leaves_free(const struct config *config, struct str keyword)
{
	struct str rest = str_of(config->zendesk.query), term, value;
	while ((term = next_term(&rest)).len > 0)
		if (names(term, keyword, &value) && value.data[0] == ':')
			return false;
	return true;
}

bool zd_query_has_windows(const struct config *config)
{
	return leaves_free(config, STR("created"));
}

bool zd_query_has_changes(const struct config *config)
{
	return leaves_free(config, STR("updated"));
}

/* Appends zendesk.query; its own terms about priority give way to that of the slice, which is one
 * of them. */
static void add_own(const struct config *config, bool without_priority, struct buf *out)
{
	struct str rest = str_of(config->zendesk.query), term;
	unsigned bit;
	while ((term = next_term(&rest)).len > 0) {
		if (without_priority && names_priority(term, &bit))
			continue;
		buf_putc(out, ' ');
		buf_add_str(out, term);
	}
}

/* Tickets without priority are those that have none of the others: exact whatever words an account
 * has. */
static void add_priority(enum priority priority, struct buf *out)
{
	if (priority != PRIORITY_NONE) {
		buf_printf(out, " priority:%s", priority_name(priority));
		return;
	}
	for (int other = PRIORITY_URGENT; other > PRIORITY_NONE; other--)
		buf_printf(out, " -priority:%s", priority_name((enum priority)other));
}

static void add_bound(const char *term, msec wall, struct buf *out)
{
	char text[CLOCK_ISO_SIZE];
	if (wall == 0)
		return;
	clock_format_iso(wall, text);
	buf_puts(out, term);
	buf_puts(out, text);
}

/* Every read checks the status again, because zendesk.query can widen the query: it may have a
 * status of its own. */
void zd_query_add(const struct config *config, const char *type, const struct desk_slice *slice,
                  struct buf *out)
{
	buf_puts(out, type);
	buf_puts(out, "status<pending -tags:");
	buf_puts(out, config->zendesk.processed_tag);
	add_own(config, slice->by_priority, out);
	if (slice->by_priority)
		add_priority(slice->priority, out);
	add_bound(" created>=", slice->from, out);
	add_bound(" created<", slice->before, out);
	add_bound(" updated>=", slice->changed, out);
}

/* Terms that agents make untrue by their work, with or without a minus. */
static bool is_passing(struct str term)
{
	static const struct str keywords[] = {STR("status"), STR("priority"), STR("tags"),
	                                      STR("updated"), STR("solved")};
	struct str rest;
	if (str_starts(term, STR("-")))
		term = str_skip(term, 1);
	for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
		if (names(term, keywords[i], &rest))
			return true;
	return false;
}

static void add_lasting(const struct config *config, struct buf *out)
{
	struct str rest = str_of(config->zendesk.query), term;
	while ((term = next_term(&rest)).len > 0) {
		if (is_passing(term))
			continue;
		buf_putc(out, ' ');
		buf_add_str(out, term);
	}
}

void zd_query_add_changed(const struct config *config, msec since, struct buf *out)
{
	buf_puts(out, "type:ticket");
	add_lasting(config, out);
	add_bound(" updated>=", since > 0 ? since : 1, out);
}

void zd_query_add_solved(const struct config *config, msec until, struct buf *out)
{
	buf_puts(out, "type:ticket status>=solved -tags:");
	buf_puts(out, config->zendesk.processed_tag);
	add_lasting(config, out);
	if (until != MSEC_NEVER)
		add_bound(" updated<=", until > 0 ? until : 1, out);
}
