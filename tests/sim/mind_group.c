/* The simulated model's answers to several tickets in one message. It reads each ticket by itself,
 * then does what hostile ones say about others, and writes the list of answers. It may mix it up as
 * models do: another order, answers that are missing or double, ids or markers that are swapped,
 * cut, foreign or those of a neighbour. */
#include "hash.h"
#include "mind.h"

#include <string.h>

#define PARTS_MAX 16
#define MIXUPS 10

struct part {
	struct str id, marker, text;
};

/* The line that begins at the start of `rest`; cut off. */
static struct str cut_line(struct str *rest)
{
	return str_trim(str_split(rest, '\n'));
}

/* The next ticket: a line with its id, one with its marker, its text, and the marker again. */
static bool next_part(struct str *rest, struct part *ret)
{
	const struct str before = STR("\nTicket ");
	ptrdiff_t at = str_find(*rest, before);

	if (at < 0)
		return false;
	*rest = str_skip(*rest, (size_t)at + before.len);
	ret->id = cut_line(rest);
	struct str begin = cut_line(rest);
	if (!str_starts(begin, STR("BEGIN ")))
		return next_part(rest, ret);
	ret->marker = str_skip(begin, strlen("BEGIN "));
	ptrdiff_t end = str_find(*rest, ret->marker);
	if (end < 0)
		return false;
	ret->text = str_make(rest->data, (size_t)end);
	*rest = str_skip(*rest, (size_t)end);
	return true;
}

static size_t find_parts(struct str user, struct part *parts)
{
	size_t count = 0;

	while (count < PARTS_MAX && next_part(&user, &parts[count]))
		count++;
	return count;
}

bool mind_is_group(struct str user)
{
	return str_find(utf8_cut(user, 400), STR("support tickets are below")) >= 0;
}

static bool is_key_line(struct str line)
{
	struct str key = line, word = str_split(&key, ' ');

	if (!str_eq(word, STR("Ticket")) && !str_eq(word, STR("BEGIN")) &&
	    !str_eq(word, STR("END")))
		return false;
	for (size_t i = 0; i < key.len; i++)
		if (!strchr("0123456789abcdef", key.data[i]))
			return false;
	return key.len == 6 || key.len == 16;
}

void mind_drop_keys(struct str text, struct buf *out)
{
	while (text.len > 0) {
		struct str line = str_split(&text, '\n');
		if (is_key_line(line))
			continue;
		buf_add_str(out, line);
		buf_putc(out, '\n');
	}
}

/* Which answer stands at a place of the list, and whose id and marker it has. */
struct place {
	size_t answer, id, marker;
	bool left_out, doubled, foreign_id, cut_marker;
};

/* `how`: one of MIXUPS; `which`: the place that it strikes. */
static void mix_up(struct place *places, size_t count, uint64_t how, size_t which)
{
	size_t other = (which + 1) % count;

	switch (how) {
	case 0: places[which].left_out = true; break;
	case 1: places[which].doubled = true; break;
	case 2: places[which].foreign_id = true; break;
	case 3: places[which].cut_marker = true; break;
	case 4: /* two ids are swapped */
		places[which].id = other;
		places[other].id = which;
		break;
	case 5: /* two markers are swapped */
		places[which].marker = other;
		places[other].marker = which;
		break;
	case 6: places[which].id = places[which].marker = other; break; /* doubles the other */
	case 7: places[which].id = other; break;
	case 8: places[which].marker = other; break;
	default: /* another order, everything else right */
		for (size_t i = 0; i < count; i++)
			places[i].answer = places[i].id = places[i].marker =
			        (i + which + 1) % count;
	}
}

static void add_answer(const struct part *parts, struct mind *minds, const struct place *place,
                       struct buf *out)
{
	struct str marker = parts[place->marker].marker;

	json_add_comma(out);
	buf_putc(out, '{');
	json_add_member(out, "id", place->foreign_id ? STR("abcdef") : parts[place->id].id);
	json_add_member(out, "marker",
	                place->cut_marker ? str_make(marker.data, marker.len - 1) : marker);
	mind_add_members(&minds[place->answer], out);
	buf_putc(out, '}');
}

static void write_list(struct world *world, const struct part *parts, struct mind *minds,
                       size_t count, struct mind *ret)
{
	struct place places[PARTS_MAX] = {{0}};
	bool mixed = (double)(ret->chance % 10007) < world->options.mixups * 10007;

	for (size_t i = 0; i < count; i++)
		places[i].answer = places[i].id = places[i].marker = i;
	if (mixed)
		mix_up(places, count, ret->chance / 10007 % MIXUPS,
		       (size_t)(ret->chance / 100000 % count));
	buf_puts(&ret->content, "{\"answers\":[");
	for (size_t i = 0; i < count; i++) {
		for (int times = places[i].doubled ? 2 : 1; times > 0 && !places[i].left_out;
		     times--)
			add_answer(parts, minds, &places[i], &ret->content);
	}
	buf_puts(&ret->content, "]}");
}

void mind_answer_group(struct world *world, struct str user, struct mind *ret)
{
	struct part parts[PARTS_MAX];
	struct mind minds[PARTS_MAX];
	uint64_t ids[PARTS_MAX];
	size_t count = find_parts(user, parts);

	ret->chance = hash_bytes(user.data, user.len, world->options.seed);
	memset(minds, 0, sizeof(minds));
	for (size_t i = 0; i < count; i++) {
		buf_init(&minds[i].summary, 64 * 1024);
		mind_read(world, parts[i].text, &minds[i]);
		ids[i] = neighbours_signed(parts[i].text);
		neighbours_said(world, ids[i], minds[i].label);
	}
	world->audit.groups++;
	world->audit.grouped += count;
	neighbours_obey(world, minds, ids, count);
	buf_puts(&ret->summary, "Customers write");
	write_list(world, parts, minds, count, ret);
	for (size_t i = 0; i < count; i++)
		buf_free(&minds[i].summary);
}
