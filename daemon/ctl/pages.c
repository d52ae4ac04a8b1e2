/* Asks for pages, and believes no page before it was checked: whoever answers might never end. */
#include "daemon/ctl/pages.h"

#include <stdlib.h>

#define PAGE_BYTES_MAX ((size_t)1024 * 1024)
#define CURSOR_MAX 256
/* More rows of one millisecond than any load brings, and few enough to end. */
#define SAME_AT_MAX 100000

void pages_init(struct pages *pages, const char *socket, int64_t since, int64_t until)
{
	*pages = (struct pages){
	        .socket = socket, .since = since, .until = until, .last_at = INT64_MAX};
	buf_init(&pages->cursor, CURSOR_MAX);
}

void pages_free(struct pages *pages)
{
	buf_free(&pages->cursor);
}

static char *path_of(const struct pages *pages, size_t most)
{
	struct buf path;

	buf_init(&path, 4 * CURSOR_MAX);
	buf_printf(&path, "/api/v1/decisions?limit=%zu", most);
	if (pages->since >= 0)
		buf_printf(&path, "&from=%lld", (long long)pages->since);
	if (pages->until >= 0)
		buf_printf(&path, "&to=%lld", (long long)pages->until);
	if (pages->cursor.len > 0) {
		buf_puts(&path, "&after=");
		fetch_add_escaped(&path, buf_str(&pages->cursor));
	}
	return buf_take(&path, NULL);
}

static int check_row(struct pages *pages, const struct json *row, struct err *err)
{
	struct decision decision;

	if (decision_read(row, &decision, err) < 0)
		return -1;
	if (decision.at > pages->last_at)
		return err_set(err, "it is newer than the one before it");
	if ((pages->since >= 0 && decision.at < pages->since) ||
	    (pages->until >= 0 && decision.at > pages->until))
		return err_set(err, "its time was not asked for");
	pages->same_at = decision.at == pages->last_at ? pages->same_at + 1 : 1;
	pages->last_at = decision.at;
	pages->rows++;
	return pages->same_at <= SAME_AT_MAX ? 0 : err_set(err, "too many have one time");
}

static int check_next(struct pages *pages, const struct json *tree, size_t count, struct err *err)
{
	const struct json *next = json_at(tree, "next");
	struct str cursor = json_str_value(next);

	if (next == NULL || json_is_null(next)) {
		pages->over = true;
		return 0;
	}
	if (cursor.len == 0 || cursor.len > CURSOR_MAX)
		return err_set(err, "next is not the name of a page");
	if (count == 0)
		return err_set(err, "an empty page says that more follow");
	if (str_eq(cursor, buf_str(&pages->cursor)))
		return err_set(err, "a page names itself as the next one");
	buf_reset(&pages->cursor);
	buf_add_str(&pages->cursor, cursor);
	return 0;
}

static int check_page(struct pages *pages, const struct json *tree, size_t most, struct err *err)
{
	const struct json *rows = json_at(tree, "decisions");
	struct err why;

	if (!json_is_array(rows) || json_item_count(rows) > most)
		return err_set(err, "decisions is not a list of at most %zu rows", most);
	for (struct json_each each = json_items(rows); json_next(&each);)
		if (check_row(pages, each.value, &why) < 0)
			return err_set(err, "row %llu: %s", (unsigned long long)pages->rows + 1,
			               why.text);
	return check_next(pages, tree, json_item_count(rows), err);
}

enum fetch_end pages_next(struct pages *pages, size_t most, struct json **ret_tree,
                          const struct json **ret, struct buf *why)
{
	char *path = path_of(pages, most);
	enum fetch_end end = fetch_json(pages->socket, path, PAGE_BYTES_MAX, ret_tree, why, NULL);
	struct err err;

	free(path);
	if (end != FETCH_DONE)
		return end;
	if (check_page(pages, *ret_tree, most, &err) < 0) {
		buf_printf(why, "the service's answer is wrong: %s", err.text);
		json_free(*ret_tree);
		return FETCH_REFUSED;
	}
	*ret = json_at(*ret_tree, "decisions");
	return FETCH_DONE;
}
