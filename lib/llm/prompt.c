/* Puts a prompt together, in the wording that llm.prompt names.
 *
 * The system message is the same for every ticket and comes first, so that servers can reuse their
 * work on it. The user message holds the ticket between two markers, whatever the wording. */
#include "llm/prompt.h"

#include "base/buf.h"
#include "llm/prompt_parts.h"

static const char REMINDER[] =
        "\nYour last answer could not be read. All four keys must be there, each label spelled "
        "exactly as listed, and nothing may stand before or after the object.";

const struct prompt_wording *prompt_wording_of(int prompt)
{
	static const struct prompt_wording *const wordings[] = {
	        [PROMPT_V3_0] = &prompt_v3,
	        [PROMPT_V3_1] = &prompt_v3_1,
	        [PROMPT_V2_1] = &prompt_v2,
	};

	return wordings[prompt];
}

static const struct prompt_wording *wording_of(const struct config *config)
{
	return prompt_wording_of(config->llm.prompt);
}

const char *prompt_version(const struct config *config)
{
	return wording_of(config)->version;
}

void prompt_system(const struct config *config, struct buf *out)
{
	const struct prompt_wording *wording = wording_of(config);

	buf_puts(out, wording->role);
	buf_puts(out, wording->labels);
	buf_puts(out, wording->fence);
	if (wording->add_closing != NULL)
		wording->add_closing(config->llm.summary_language, out);
}

size_t prompt_system_bytes(const struct config *config)
{
	struct buf text;
	buf_init(&text, PROMPT_SYSTEM_BYTES_MAX);
	prompt_system(config, &text);
	size_t bytes = text.len;
	buf_free(&text);
	return bytes;
}

/* Replaces the marker by a blank rather than by nothing: joining the text around it could form the
 * marker again. */
static void add_without_marker(struct buf *out, struct str text, struct str marker)
{
	ptrdiff_t at;

	while ((at = str_ifind(text, marker)) >= 0) {
		buf_add(out, text.data, (size_t)at);
		buf_putc(out, ' ');
		text = str_skip(text, (size_t)at + marker.len);
	}
	buf_add_str(out, text);
}

static void add_marker_line(struct buf *out, const char *word, struct str marker)
{
	buf_puts(out, word);
	buf_putc(out, ' ');
	buf_add_str(out, marker);
	buf_putc(out, '\n');
}

void prompt_build(struct prompt *ret, const struct config *config, struct str subject,
                  struct str description, const char *marker, bool reminder, struct arena *arena)
{
	const struct prompt_wording *wording = wording_of(config);
	struct str mark = str_of(marker);
	struct buf user;

	ENSURE(mark.len > 0);
	subject = utf8_cut(subject, PROMPT_SUBJECT_BYTES_MAX);
	description = utf8_cut(description, PROMPT_DESCRIPTION_BYTES_MAX);
	buf_init(&user, PROMPT_SUBJECT_BYTES_MAX + PROMPT_DESCRIPTION_BYTES_MAX + 4096);
	buf_reserve(&user, subject.len + description.len + 1024);
	buf_puts(&user, wording->before);
	add_marker_line(&user, "BEGIN", mark);
	buf_puts(&user, wording->subject);
	add_without_marker(&user, subject, mark);
	buf_puts(&user, wording->description);
	add_without_marker(&user, description, mark);
	buf_putc(&user, '\n');
	add_marker_line(&user, "END", mark);
	wording->add_format(config->llm.summary_language, &user);
	if (reminder)
		buf_puts(&user, REMINDER);
	ENSURE(!user.overflow);

	ret->version = wording->version;
	ret->tickets = 1;
	ret->user = arena_str(arena, buf_str(&user));
	ret->tokens = (unsigned)((prompt_system_bytes(config) + ret->user.len) / 4) +
	              PROMPT_ANSWER_TOKENS;
	buf_free(&user);
}
