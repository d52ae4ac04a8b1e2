/* Normalises, redacts and cuts foreign text, in time that is bounded for hostile input.
 *
 * Of a description, pictures and other data go before anything is bounded, since they may be most
 * of it. Earlier mails and signatures go after redaction, because a value that is recognised there
 * may stand in the rest without the words that give it away. */
#include "engine/core/plain.h"

#include <string.h>

#include "base/crypto.h"
#include "engine/core/state.h"
#include "llm/prompt.h"
#include "privacy/normalise.h"

#define RAW_BYTES_MAX ((size_t)64 * 1024)
#define RAW_END_BYTES ((size_t)4096)
/* of a description with its pictures */
#define RAW_DESCRIPTION_BYTES_MAX ((size_t)512 * 1024)

void plain_set_options(struct engine *engine)
{
	const struct config_privacy *privacy = &engine->config->privacy;
	struct redact_options options = {
	        .cvv = privacy->cvv,
	        .birth_dates = privacy->birth_dates,
	        .national_ids = privacy->national_ids,
	        .passports = privacy->passports,
	        .mac_addresses = privacy->mac_addresses,
	        .patterns = str_of(privacy->patterns),
	};

	redactor_set_options(engine->redactor, &options);
}

static void redact_text(struct engine *engine, struct str text, struct buf *out, struct buf *known,
                        struct redact_counts *counts)
{
	if (known)
		redact_together(engine->redactor, &text, out, 1, known, counts);
	else
		redact(engine->redactor, text, out, counts);
}

/* Redacts normalised text into engine->text. `bounded`: it was cut, because hostile text costs time
 * in proportion to its length; its last 4 KiB, which may end in half a value, are then dropped. */
static struct str redact_bounded(struct engine *engine, struct str plain, bool bounded,
                                 bool redacting, struct buf *known, struct redact_counts *counts)
{
	struct buf *out = &engine->text;

	buf_reset(out);
	if (redacting)
		redact_text(engine, plain, out, known, counts);
	else
		buf_add_str(out, plain);
	struct str text = buf_str(out);
	return bounded ? redact_cut(text, text.len > RAW_END_BYTES ? text.len - RAW_END_BYTES : 0)
	               : text;
}

static struct str make_plain(struct engine *engine, struct str raw, size_t bytes_max,
                             bool redacting, struct buf *known, struct redact_counts *counts,
                             struct arena *arena)
{
	struct buf plain;

	bool bounded = raw.len > RAW_BYTES_MAX;
	raw = utf8_cut(raw, RAW_BYTES_MAX);
	buf_init(&plain, 3 * raw.len + 1);
	normalise(raw, &plain);
	struct str text =
	        redact_bounded(engine, buf_str(&plain), bounded, redacting, known, counts);
	buf_free(&plain);
	return arena_str(arena, redact_cut(text, bytes_max));
}

struct str plain_description(struct engine *engine, const struct desk_ticket *read,
                             size_t bytes_max, struct ballast *left_out, struct buf *known,
                             struct arena *arena)
{
	struct str raw = utf8_cut(read->description, RAW_DESCRIPTION_BYTES_MAX);
	struct buf plain, lean;

	buf_init(&plain, 3 * raw.len + 1);
	buf_init(&lean, 3 * raw.len + 1);
	normalise(raw, &plain);
	ballast_cut_data(buf_str(&plain), &lean, left_out);
	struct str text = utf8_cut(buf_str(&lean), RAW_BYTES_MAX);
	bool bounded = text.len < lean.len || raw.len < read->description.len;
	text = redact_bounded(engine, text, bounded, engine->config->privacy.redact, known,
	                      &engine->redacted);
	/* placeholders may make it longer than the text was */
	buf_free(&plain);
	buf_free(&lean);
	buf_init(&plain, text.len + 1);
	buf_init(&lean, text.len + 1);
	ballast_cut_lines(engine->ballast, text,
	                  ballast_is_forwarded(engine->ballast, read->subject), &plain, left_out);
	ballast_cut_middle(buf_str(&plain), bytes_max, &lean, left_out);
	text = arena_str(arena, buf_str(&lean));
	buf_free(&plain);
	buf_free(&lean);
	return text;
}

struct str plain_text(struct engine *engine, struct str raw, size_t bytes_max, struct buf *known,
                      struct arena *arena)
{
	return make_plain(engine, raw, bytes_max, engine->config->privacy.redact, known,
	                  &engine->redacted, arena);
}

struct str plain_words(struct engine *engine, struct str raw, size_t bytes_max, struct buf *known,
                       struct arena *arena)
{
	return make_plain(engine, raw, bytes_max, true, known, NULL, arena);
}

struct str plain_redacted(struct engine *engine, struct str text, struct buf *known,
                          struct arena *arena)
{
	return make_plain(engine, text, text.len, true, known, &engine->redacted, arena);
}

void plain_parts(struct engine *engine, const struct desk_ticket *read, struct plain_parts *ret,
                 struct buf *known, struct arena *arena)
{
	*ret = (struct plain_parts){0};
	ret->subject = plain_text(engine, read->subject, PROMPT_SUBJECT_BYTES_MAX, known, arena);
	size_t before = known->len;
	ret->description = plain_description(engine, read, PROMPT_DESCRIPTION_BYTES_MAX,
	                                     &ret->left_out, known, arena);
	if (known->len != before)
		ret->subject = plain_redacted(engine, ret->subject, known, arena);
}

struct str plain_shortened(struct str description)
{
	return redact_cut(description, description.len / 4);
}

struct str plain_hash(struct str subject, struct str description, struct arena *arena)
{
	char hex[2 * CRYPTO_SHA256_SIZE + 1];
	struct buf text;

	buf_init(&text, subject.len + description.len + 1);
	buf_add_str(&text, subject);
	buf_putc(&text, '\n');
	buf_add_str(&text, description);
	crypto_sha256_hex(buf_str(&text), hex);
	buf_free(&text);
	return arena_str(arena, str_of(hex));
}

void plain_redact_answer(struct engine *engine, const struct http_reply *reply, struct buf *known,
                         char *text, size_t size)
{
	if (reply->result == HTTP_DONE && !http_reply_is_redirect(reply))
		plain_redact_words(engine, known, text, size);
}

void plain_redact_words(struct engine *engine, struct buf *known, char *text, size_t size)
{
	struct buf plain, out;

	if (!text[0])
		return;
	buf_init(&plain, 4 * size);
	buf_init(&out, 16 * size);
	normalise(str_of(text), &plain);
	redact_text(engine, buf_str(&plain), &out, known, NULL);
	struct str cut = redact_cut(buf_str(&out), size - 1);
	memcpy(text, cut.data, cut.len);
	text[cut.len] = '\0';
	buf_free(&plain);
	buf_free(&out);
}
