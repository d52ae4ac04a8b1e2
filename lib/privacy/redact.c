/* Redaction: a quick survey of the bytes says which kinds of personal data can be there at all,
 * usually none. The finders of those kinds claim what they recognise on a mask of the text
 * (scan.h), then on what is read when its encodings are decoded (decode.h), in rounds until nothing
 * new is found in any text of the ticket. Then the texts are written with placeholders. */
#include "privacy/redact.h"

#include <stdlib.h>
#include <string.h>

#include "privacy/decode.h"
#include "privacy/finders.h"

#define ROUNDS_MAX 6
/* Of a long text with more than one find in so many bytes, one round has to be enough. */
#define LONG_BYTES ((size_t)16 << 10)
#define BYTES_PER_FIND 64
#define MATCH_LIMIT 20000u
#define SCRATCH_KEPT_MAX ((size_t)1 << 20)
#define PLACEHOLDER_BYTES_MAX 24

static const struct {
	const char *name;
	struct str placeholder;
} kinds[PII_KINDS] = {
#define KIND(name) {#name, {"[REDACTED_" #name "]", sizeof("[REDACTED_" #name "]") - 1}},
#include "privacy/kinds.def"
};

/* What was gone and known when a reading of a text was searched last. */
struct state {
	size_t claims;
	size_t known;
};

/* A text on its way. */
struct work {
	struct str text;
	struct survey found;
	struct mask mask;
	struct buf memory;                   /* of the mask */
	struct buf hits;                     /* of the survey */
	struct state searched[READINGS + 1]; /* the last one: as it is */
	size_t recalled; /* how many values were known when it was searched last */
	unsigned mostly; /* a bit for each reading that shows something else in half of it */
};

struct redactor {
	struct finders finders;
	struct recall recall;
	struct view view;
	struct buf view_hits;
	struct work works[REDACT_TEXTS_MAX];
	size_t bytes_searched;
};

const char *pii_kind_name(enum pii_kind kind)
{
	ENSURE(kind < PII_KINDS);
	return kinds[kind].name;
}

static void work_init(struct work *work)
{
	buf_init(&work->memory, SIZE_MAX);
	buf_init(&work->hits, SIZE_MAX);
}

struct redactor *redactor_new_with(bool jit, uint32_t match_limit)
{
	struct redactor *redactor = xcalloc(1, sizeof(*redactor));
	finders_init(&redactor->finders, jit, match_limit);
	view_init(&redactor->view);
	buf_init(&redactor->view_hits, SIZE_MAX);
	for (size_t i = 0; i < REDACT_TEXTS_MAX; i++)
		work_init(&redactor->works[i]);
	return redactor;
}

struct redactor *redactor_new(void)
{
	return redactor_new_with(true, MATCH_LIMIT);
}

void redactor_free(struct redactor *redactor)
{
	if (!redactor)
		return;
	finders_free(&redactor->finders);
	recall_free(&redactor->recall);
	view_free(&redactor->view);
	buf_free(&redactor->view_hits);
	for (size_t i = 0; i < REDACT_TEXTS_MAX; i++) {
		buf_free(&redactor->works[i].memory);
		buf_free(&redactor->works[i].hits);
	}
	free(redactor);
}

void redactor_set_options(struct redactor *redactor, const struct redact_options *options)
{
	finders_set_options(&redactor->finders, options);
}

/* Length of the placeholder at the start of the text; 0 when there is none. */
static size_t placeholder_bytes(struct str text)
{
	if (!str_starts(text, STR("[REDACTED_")))
		return 0;
	for (size_t i = 0; i < PII_KINDS; i++)
		if (str_starts(text, kinds[i].placeholder))
			return kinds[i].placeholder.len;
	return 0;
}

static void make_mask(struct work *work)
{
	struct str text = work->text;
	buf_reset(&work->memory);
	buf_add_str(&work->memory, text);
	struct mask mask = {.text = work->memory.data, .len = text.len};
	for (size_t at = 0; at < mask.len; at++) {
		unsigned char c = (unsigned char)mask.text[at];
		if (c >= ' ' && c != '[') /* almost all */
			continue;
		size_t bytes = c == '[' ? placeholder_bytes(str_skip(text, at)) : 0;
		if (bytes > 0)
			memset(mask.text + at, WALL_KEPT, bytes);
		else if (is_wall(mask.text[at]))
			mask.text[at] = WALL_KEPT;
		at += bytes > 0 ? bytes - 1 : 0;
	}
	work->mask = mask;
}

/* An encoded sign that ends a secret in the view ("abc%26def") is a part of it in the original, and
 * a `+` can be meant as it is, also behind what the view has not: soft line breaks, invisible
 * characters. */
static size_t encoded_end(const struct view *view, size_t at, const struct mask *mask, size_t end)
{
	if (at >= view->text.len || is_wall(view->text.data[at]) ||
	    view_origin(view, at)->start < end)
		return end;
	size_t sign = view_origin(view, at)->start;
	if (!str_istarts(str_make(mask->text + sign, mask->len - sign), STR("%2b")) &&
	    mask_at(mask, sign) != '+' &&
	    (view_origin(view, at)->depth == 0 || ascii_is_space(view->text.data[at])))
		return end;
	while (end < mask->len && (ascii_is_alnum(mask->text[end]) || is_high(mask->text[end]) ||
	                           strchr("%_-.~+/=", mask->text[end]) ||
	                           (mask->text[end] == '\n' && mask->text[end - 1] == '=')))
		end++;
	return end;
}

/* True for what was found in the view, and was not gone before. */
static bool is_found(const struct view *view, const struct mask *found, size_t at,
                     const struct mask *mask)
{
	char c = mask_at(found, at);
	return at < found->len && is_wall(c) && c != WALL_KEPT &&
	       !is_wall(mask_at(mask, view_origin(view, at)->start));
}

/* Claims in the original what was found in a view. What was recognised is known already, in the
 * notation of the view. */
static void claim_from_view(const struct view *view, const struct mask *found, struct mask *mask)
{
	struct recall *recall = mask->recall;
	mask->recall = NULL;
	for (size_t at = 0; at < found->len; at++) {
		if (!is_found(view, found, at, mask))
			continue;
		char c = found->text[at];
		size_t start = view_origin(view, at)->start, end = start;
		for (; mask_at(found, at) == c && is_found(view, found, at, mask); at++)
			if (view_origin(view, at)->end > end)
				end = view_origin(view, at)->end;
		at--;
		enum pii_kind kind = (enum pii_kind)(c - WALL_CLAIM);
		if (kind == PII_PASSWORD || kind == PII_API_KEY) {
			size_t whole = encoded_end(view, at + 1, mask, end);
			if (whole > end && recall)
				recall_add(recall, kind,
				           str_make(mask->text + start, whole - start));
			end = whole;
		}
		if (end > start)
			mask_claim(mask, start, end, kind);
	}
	mask->recall = recall;
}

/* Words with more encodings within each other than honest text has are cut. */
static void cut_deep(const struct view *view, struct mask *mask)
{
	size_t done = 0;
	for (size_t at = 0; view->deep && at < view->text.len; at++) {
		size_t start = view_origin(view, at)->start, end = view_origin(view, at)->end;
		if (view_origin(view, at)->depth <= DECODE_DEPTH_MAX || start < done)
			continue;
		while (!is_wall(mask_before(mask, start)) && !ascii_is_space(mask->text[start - 1]))
			start--;
		while (!is_wall(mask_at(mask, end)) && !ascii_is_space(mask->text[end]))
			end++;
		if (end > start)
			mask_claim(mask, start, end, PII_ENCODED);
		done = end;
	}
}

/* False when a search would show what the last one showed. */
static bool is_to_search(const struct redactor *redactor, struct work *work, unsigned reading)
{
	struct state now = {.claims = work->mask.claims, .known = redactor->recall.values.count};
	struct state *last = &work->searched[reading];
	if (last->claims == now.claims && last->known == now.known)
		return false;
	*last = now;
	return true;
}

static void search_view(struct redactor *redactor, struct work *work)
{
	struct view *view = &redactor->view;
	struct mask mask = {.text = view->text.data,
	                    .len = view->text.len,
	                    .recall = &redactor->recall,
	                    .memo = &redactor->finders.memo};
	struct survey found =
	        finders_survey(&redactor->finders, buf_str(&view->text), &redactor->view_hits);
	finders_forget(&redactor->finders);
	finders_run(&redactor->finders, &found, &redactor->recall, &mask);
	redactor->bytes_searched += mask.len;
	finders_forget(&redactor->finders);
	claim_from_view(view, &mask, &work->mask);
}

static void search_views(struct redactor *redactor, struct work *work)
{
	for (unsigned reading = 0; reading < READINGS; reading++) {
		struct view *view = &redactor->view;
		unsigned needed = 1u << reading;
		/* A mail is read without the blanks of forms too. */
		if (reading == READ_ESCAPES)
			needed |= 1u << READ_MAIL;
		if (!(work->found.readings & needed) || !is_to_search(redactor, work, reading) ||
		    !view_make(view, &work->mask, (enum reading)reading))
			continue;
		if (view->text.len > work->mask.len / 2)
			work->mostly |= 1u << reading;
		cut_deep(view, &work->mask);
		search_view(redactor, work);
	}
}

static bool is_made_of_finds(const struct mask *mask)
{
	return mask->len >= LONG_BYTES && mask->claims > mask->len / BYTES_PER_FIND;
}

/* Encoded in every way all over. */
static bool is_encoded_throughout(const struct work *work)
{
	return work->mostly == (1u << READINGS) - 1;
}

/* The text as it is, until nothing new is found in it: a round over it costs a fraction of one over
 * its readings. False when it gives finds again and again, which no honest text does. */
static bool search_text(struct redactor *redactor, struct work *work)
{
	struct mask *mask = &work->mask;
	for (unsigned rounds = 0; rounds < ROUNDS_MAX; rounds++) {
		size_t before = mask->claims;
		if (!is_to_search(redactor, work, READINGS))
			return true;
		finders_run(&redactor->finders, &work->found, &redactor->recall, mask);
		redactor->bytes_searched += mask->len;
		if (rounds > 0 && mask->claims > before && is_made_of_finds(mask))
			return false;
	}
	return true;
}

/* Runs the finders in rounds, usually one or two, until a round finds nothing. A text that still
 * gives finds after ROUNDS_MAX rounds was made to do so, and is replaced as a whole; so is a long
 * one made of finds, where one more round shows more, or where each reading would have to be
 * searched again. */
static void search(struct redactor *redactor, struct work *work)
{
	struct mask *mask = &work->mask;
	finders_forget(&redactor->finders);
	for (unsigned reading = 0; reading <= READINGS; reading++)
		work->searched[reading] = (struct state){SIZE_MAX, SIZE_MAX};
	for (unsigned rounds = 0; rounds < ROUNDS_MAX; rounds++) {
		size_t before = mask->claims;
		work->recalled = redactor->recall.values.count;
		/* Decoded first: the original may show a part of a value only. */
		search_views(redactor, work);
		bool again = rounds > 0 && mask->claims > before;
		if ((is_made_of_finds(mask) && (again || is_encoded_throughout(work))) ||
		    !search_text(redactor, work))
			break;
		if (mask->claims == before)
			return;
	}
	mask->recall = NULL;
	mask_claim(mask, 0, mask->len, PII_API_KEY);
	work->recalled = redactor->recall.values.count; /* nothing is left to be found */
}

/* Writes the result: claims become placeholders, everything else is copied. Adjacent claims of one
 * kind become one placeholder. */
static void write_redacted(const struct mask *mask, struct str text, struct buf *out,
                           struct redact_counts *counts)
{
	size_t at = 0;
	while (at < text.len) {
		size_t start = at;
		char c = mask->text[at];
		if (is_wall(c) && c != WALL_KEPT) {
			while (at < text.len && mask->text[at] == c)
				at++;
			size_t kind = (size_t)(c - WALL_CLAIM);
			buf_add_str(out, kinds[kind].placeholder);
			if (counts)
				counts->by_kind[kind]++;
			continue;
		}
		while (at < text.len && (mask->text[at] == WALL_KEPT || !is_wall(mask->text[at])))
			at++;
		buf_add(out, text.data + start, at - start);
	}
}

static void drop_large_scratch(struct buf *scratch)
{
	if (scratch->cap > SCRATCH_KEPT_MAX)
		buf_free(scratch);
}

static bool is_worth_searching(const struct redactor *redactor, const struct work *work)
{
	return finders_may_find(&redactor->finders, &work->found) ||
	       (!recall_is_empty(&redactor->recall) && work->text.len > 0);
}

/* Searches until no text holds anything that was recognised since it was searched last. */
static void search_together(struct redactor *redactor, size_t count)
{
	size_t since;
	do {
		since = redactor->recall.values.count;
		for (size_t i = 0; i < count; i++) {
			struct work *work = &redactor->works[i];
			if (!is_worth_searching(redactor, work) ||
			    work->recalled == redactor->recall.values.count)
				continue;
			if (!work->mask.text)
				make_mask(work);
			work->mask.recall = &redactor->recall;
			work->mask.memo = &redactor->finders.memo;
			search(redactor, work);
		}
	} while (redactor->recall.values.count != since);
}

static void finish_work(struct work *work, struct buf *out, struct redact_counts *counts)
{
	if (work->mask.claims == 0)
		buf_add_str(out, work->text);
	else
		write_redacted(&work->mask, work->text, out, counts);
	drop_large_scratch(&work->memory);
	drop_large_scratch(&work->hits);
}

void redact_together(struct redactor *redactor, const struct str *texts, struct buf *outs,
                     size_t count, struct buf *known, struct redact_counts *counts)
{
	ENSURE(count <= REDACT_TEXTS_MAX);
	recall_load(&redactor->recall, buf_str(known));
	for (size_t i = 0; i < count; i++) {
		struct work *work = &redactor->works[i];
		work->text = texts[i];
		work->found = finders_survey(&redactor->finders, texts[i], &work->hits);
		work->mask = (struct mask){0};
		work->recalled = SIZE_MAX;
		work->mostly = 0;
	}
	redactor->bytes_searched = 0;
	search_together(redactor, count);
	for (size_t i = 0; i < count; i++)
		finish_work(&redactor->works[i], &outs[i], counts);
	if (!recall_is_empty(&redactor->recall)) {
		buf_reset(known);
		recall_save(&redactor->recall, known);
		recall_free(&redactor->recall);
	}
	drop_large_scratch(&redactor->finders.groups.memory);
	drop_large_scratch(&redactor->view.text);
	drop_large_scratch(&redactor->view_hits);
	drop_large_scratch(&redactor->view.origins);
}

void redact(struct redactor *redactor, struct str text, struct buf *out,
            struct redact_counts *counts)
{
	struct buf known;
	buf_init(&known, SIZE_MAX);
	redact_together(redactor, &text, out, 1, &known, counts);
	buf_free(&known);
}

size_t redactor_bytes_searched(const struct redactor *redactor)
{
	return redactor->bytes_searched;
}

struct str redact_cut(struct str text, size_t bytes)
{
	struct str cut = utf8_cut(text, bytes);
	if (cut.len == text.len)
		return cut;
	size_t first = cut.len > PLACEHOLDER_BYTES_MAX ? cut.len - PLACEHOLDER_BYTES_MAX : 0;
	for (size_t at = first; at < cut.len; at++)
		if (at + placeholder_bytes(str_skip(text, at)) > cut.len)
			return str_make(text.data, at);
	return cut;
}
