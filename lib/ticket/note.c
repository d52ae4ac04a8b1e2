/* Writes the internal note that agents read, and recognises it among a ticket's comments after a
 * crash. */
#include "ticket/note.h"

#include <stdio.h>
#include <string.h>

#include "ticket/inert.h"

#define MODEL_CHARS_MAX 200
#define VERSION_CHARS_MAX 100
#define FIXED_BYTES_MAX 512

_Static_assert((SUMMARY_CHARS_MAX + MODEL_CHARS_MAX + VERSION_CHARS_MAX) * INERT_EXPANSION_MAX +
                               FIXED_BYTES_MAX <
                       NOTE_BYTES_MAX,
               "a note is never cut by Zendesk");

void note_write(struct buf *out, const struct analysis *analysis)
{
	char timestamp[48];

	buf_puts(out, "AI Analysis:\n\nSummary: ");
	inert_add(out, analysis->summary, SUMMARY_CHARS_MAX);
	buf_printf(out, "\nRoot Cause: %s\nUrgency: %s\nSentiment: %s\n\n---\nModel: ",
	           root_cause_name(analysis->root_cause), urgency_name(analysis->urgency),
	           sentiment_name(analysis->sentiment));
	inert_add(out, analysis->model, MODEL_CHARS_MAX);
	if (analysis->model_version.len) {
		buf_puts(out, " (v");
		inert_add(out, analysis->model_version, VERSION_CHARS_MAX);
		buf_putc(out, ')');
	}
	note_timestamp_line(analysis->decided_wall, timestamp);
	buf_printf(out, "\nPrompt Version: " STR_FMT "\nTokens Used: %lld\n%s",
	           STR_ARG(analysis->prompt_version), (long long)analysis_tokens(analysis),
	           timestamp);
}

#define TIMESTAMP_KEY "Timestamp:"

void note_timestamp_line(msec decided_wall, char out[48])
{
	char iso[CLOCK_ISO_SIZE];

	clock_format_iso(decided_wall, iso);
	snprintf(out, 48, TIMESTAMP_KEY " %s", iso);
}

/* Length of the white space at the start of `text`, as Zendesk returns comments: a plain blank, a
 * no-break space, or the entity for one, which its plain text leaves as it is. */
static size_t leading_space(struct str text)
{
	static const char *const spaces[] = {"\xC2\xA0", "&nbsp;", "&#160;"};
	size_t at = 0;

	for (;;) {
		struct str rest = str_skip(text, at);
		size_t step = rest.len && ascii_is_space(rest.data[0]) ? 1 : 0;
		for (size_t i = 0; !step && i < ARRAY_LEN(spaces); i++)
			if (str_starts(rest, str_of(spaces[i])))
				step = strlen(spaces[i]);
		if (!step)
			return at;
		at += step;
	}
}

/* True when the line may begin right after `c`. */
static bool is_boundary(char c)
{
	return ascii_is_space(c) || c == '<' || c == '>' || c == ';' || (unsigned char)c >= 0x80;
}

/* When a Timestamp line begins at `at`, the text after its key; otherwise the empty slice. */
static struct str line_value(struct str body, size_t at)
{
	if (at > 0 && !is_boundary(body.data[at - 1]))
		return (struct str){0};
	struct str rest = str_skip(body, at + strlen(TIMESTAMP_KEY));
	return str_skip(rest, leading_space(rest));
}

bool note_has_timestamp(struct str comment_body, msec decided_wall)
{
	char iso[CLOCK_ISO_SIZE];
	struct str value = {0};
	ptrdiff_t found;

	/* The summary comes first and is foreign text, so the last such line is ours. */
	for (size_t at = 0; (found = str_find(str_skip(comment_body, at), STR(TIMESTAMP_KEY))) >= 0;
	     at += (size_t)found + 1) {
		struct str candidate = line_value(comment_body, at + (size_t)found);
		if (candidate.len)
			value = candidate;
	}
	clock_format_iso(decided_wall, iso);
	if (!str_starts(value, str_of(iso)))
		return false;
	struct str rest = str_skip(value, strlen(iso));
	return rest.len == 0 || leading_space(rest) > 0 || rest.data[0] == '<';
}
