/* Stores tickets and interned words: see tickets.h. */
#include "hash.h"
#include "tickets.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

const char *const z_status_names[Z_STATUSES] = {"new",    "open",   "pending", "hold",
                                                "solved", "closed", "deleted"};
const char *const z_priority_names[Z_PRIORITIES] = {"", "low", "normal", "high", "urgent"};

static int parse_word(struct str word, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
		if (str_ieq(word, str_of(names[i])))
			return i;
	return -1;
}

int z_status_parse(struct str word)
{
	return parse_word(word, z_status_names, Z_STATUSES);
}

int z_priority_parse(struct str word)
{
	return word.len ? parse_word(word, z_priority_names, Z_PRIORITIES) : -1;
}

/* Linear probing over hashes: two words with the same hash get neighbouring keys. */
bool words_find(const struct words *words, struct str word, uint32_t *ret)
{
	uint64_t at;
	for (uint64_t key = hash_bytes(word.data, word.len, 0) | 1;
	     map_get(&words->by_hash, key, &at); key += 2) {
		if (!str_eq(str_of(words->items[at]), word))
			continue;
		*ret = (uint32_t)at;
		return true;
	}
	return false;
}

uint32_t words_intern(struct words *words, struct str word)
{
	uint32_t at;
	if (words_find(words, word, &at))
		return at;
	uint64_t key = hash_bytes(word.data, word.len, 0) | 1;
	while (map_get(&words->by_hash, key, NULL))
		key += 2;
	if ((words->count & (words->count - 1)) == 0)
		words->items = xrealloc(words->items,
		                        (words->count ? 2 * words->count : 1) * sizeof(char *));
	map_put(&words->by_hash, key, words->count);
	words->items[words->count] = xmemdup0(word.data, word.len);
	return (uint32_t)words->count++;
}

void z_store_init(struct z_store *store, size_t count)
{
	memset(store, 0, sizeof(*store));
	map_init(&store->words.by_hash);
	store->items = xcalloc(count ? count : 1, sizeof(*store->items));
	store->count = store->cap = count;
	store->next_id = 6100000000000;
	for (size_t i = 0; i < count; i++)
		store->items[i].id = i + 1;
}

struct z_ticket *z_store_add(struct z_store *store)
{
	if (store->count == store->cap) {
		store->cap = store->cap ? 2 * store->cap : 16;
		store->items = xrealloc(store->items, store->cap * sizeof(*store->items));
	}
	struct z_ticket *ticket = &store->items[store->count++];
	memset(ticket, 0, sizeof(*ticket));
	ticket->id = store->count;
	return ticket;
}

void z_store_free(struct z_store *store)
{
	for (size_t i = 0; i < store->count; i++) {
		struct z_ticket *ticket = &store->items[i];
		z_state_free(&ticket->live);
		if (ticket->indexed)
			z_state_free(ticket->indexed);
		free(ticket->indexed);
		free(ticket->text);
		free(ticket->taggings);
		for (size_t c = 0; c < ticket->comment_count; c++)
			free(ticket->comments[c].body);
		free(ticket->comments);
	}
	free(store->items);
	for (size_t i = 0; i < store->words.count; i++)
		free(store->words.items[i]);
	free(store->words.items);
	map_free(&store->words.by_hash);
}

struct z_ticket *z_store_find(const struct z_store *store, uint64_t id)
{
	return id >= 1 && id <= store->count ? &store->items[id - 1] : NULL;
}

bool z_state_has(const struct z_state *state, uint32_t word)
{
	for (size_t i = 0; i < state->tag_count; i++)
		if (state->tags[i].word == word)
			return true;
	return false;
}

void z_state_free(struct z_state *state)
{
	free(state->tags);
	state->tags = NULL;
	state->tag_count = 0;
}

void z_state_copy(struct z_state *to, const struct z_state *from)
{
	free(to->tags);
	*to = *from;
	to->tags = NULL;
	if (from->tag_count) {
		to->tags = xmalloc(from->tag_count * sizeof(*to->tags));
		memcpy(to->tags, from->tags, from->tag_count * sizeof(*to->tags));
	}
}

void z_state_add_tag(const struct z_store *store, struct z_state *state, uint32_t word, bool by_us)
{
	if (z_state_has(state, word))
		return;
	size_t place = 0;
	while (place < state->tag_count &&
	       strcmp(store->words.items[state->tags[place].word], store->words.items[word]) < 0)
		place++;
	state->tags = xrealloc(state->tags, (state->tag_count + 1) * sizeof(*state->tags));
	memmove(state->tags + place + 1, state->tags + place,
	        (state->tag_count - place) * sizeof(*state->tags));
	state->tags[place] = (struct z_tag){word, by_us};
	state->tag_count++;
}

void z_state_remove_tag(struct z_state *state, uint32_t word)
{
	for (size_t i = 0; i < state->tag_count; i++) {
		if (state->tags[i].word != word)
			continue;
		memmove(state->tags + i, state->tags + i + 1,
		        (state->tag_count - i - 1) * sizeof(*state->tags));
		state->tag_count--;
		return;
	}
}

static void add_string_or_null(struct buf *out, struct str text)
{
	if (text.data)
		json_add_string(out, text);
	else
		buf_puts(out, "null");
}

void z_ticket_set_text(struct z_ticket *ticket, struct str subject, struct str description)
{
	struct buf out;
	buf_init(&out, SIZE_MAX / 2);
	buf_puts(&out, "\"subject\":");
	add_string_or_null(&out, subject);
	buf_puts(&out, ",\"raw_subject\":");
	add_string_or_null(&out, subject);
	buf_puts(&out, ",\"description\":");
	size_t start = out.len;
	json_add_string(&out, description);
	ticket->text = buf_take(&out, &ticket->text_len);
	ticket->description = ticket->text + start;
	ticket->description_len = ticket->text_len - start;
}

struct z_comment *z_ticket_add_comment(struct z_store *store, struct z_ticket *ticket,
                                       struct str body)
{
	ticket->comments =
	        xrealloc(ticket->comments, (ticket->comment_count + 1) * sizeof(*ticket->comments));
	struct z_comment *comment = &ticket->comments[ticket->comment_count++];
	memset(comment, 0, sizeof(*comment));
	comment->id = store->next_id++;
	comment->body = xmemdup0(body.data, body.len);
	comment->body_len = body.len;
	return comment;
}
