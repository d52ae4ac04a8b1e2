/* Patterns of the operator, with PCRE2: searched for between the walls of a mask, each with limits,
 * since a pattern may need exponential time. Where one runs into its limits the stretch up to the
 * next wall counts as found, because nobody knows what it hides. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "privacy/patterns.h"

#include <pcre2.h>
#include <stdlib.h>

#define PATTERNS_MAX 64
#define PATTERN_MATCH_LIMIT 5000u
#define PATTERN_DEPTH_MAX 500u
#define PATTERN_HEAP_KIB 128u
#define OPTIONS (PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C)

struct patterns {
	pcre2_code *code[PATTERNS_MAX];
	size_t count;
	pcre2_match_data *match;
	pcre2_match_context *context;
};

/* The next pattern of the list: commas within brackets or behind a backslash are its own. */
static struct str next_pattern(struct str *rest)
{
	int depth = 0;
	for (size_t i = 0; i < rest->len; i++) {
		char c = rest->data[i];
		if (c == '\\')
			i++;
		else if (c == '(' || c == '[' || c == '{')
			depth++;
		else if (c == ')' || c == ']' || c == '}')
			depth--;
		else if (c == ',' && depth <= 0) {
			struct str pattern = str_trim(str_make(rest->data, i));
			*rest = str_skip(*rest, i + 1);
			return pattern;
		}
	}
	struct str pattern = str_trim(*rest);
	*rest = (struct str){0};
	return pattern;
}

static pcre2_code *compile_one(struct str pattern, int *ret_error, size_t *ret_offset)
{
	return pcre2_compile((PCRE2_SPTR)pattern.data, pattern.len, OPTIONS, ret_error, ret_offset,
	                     NULL);
}

int redact_check_patterns(struct str list, struct err *err)
{
	for (unsigned number = 1; list.len > 0; number++) {
		struct str pattern = next_pattern(&list);
		char reason[120] = "";
		int error = 0;
		size_t offset = 0;
		if (pattern.len == 0)
			continue;
		if (number > PATTERNS_MAX)
			return err_set(err, "expected at most %d patterns", PATTERNS_MAX);
		pcre2_code *code = compile_one(pattern, &error, &offset);
		if (!code) {
			pcre2_get_error_message(error, (PCRE2_UCHAR *)reason, sizeof(reason));
			return err_set(err, "pattern %u, byte %zu: %s", number, offset + 1, reason);
		}
		uint32_t shortest = 1;
		(void)pcre2_pattern_info(code, PCRE2_INFO_MINLENGTH, &shortest);
		pcre2_code_free(code);
		if (shortest == 0)
			return err_set(err, "pattern %u matches the empty text", number);
	}
	return 0;
}

struct patterns *patterns_new(struct str list, bool jit)
{
	struct patterns *patterns = xcalloc(1, sizeof(*patterns));
	while (list.len > 0 && patterns->count < PATTERNS_MAX) {
		struct str pattern = next_pattern(&list);
		int error;
		size_t offset;
		pcre2_code *code = pattern.len > 0 ? compile_one(pattern, &error, &offset) : NULL;
		if (code && jit)
			(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
		if (code)
			patterns->code[patterns->count++] = code;
	}
	if (patterns->count == 0) {
		free(patterns);
		return NULL;
	}
	patterns->match = pcre2_match_data_create(1, NULL);
	patterns->context = pcre2_match_context_create(NULL);
	if (!patterns->match || !patterns->context)
		fatal("out of memory");
	pcre2_set_match_limit(patterns->context, PATTERN_MATCH_LIMIT);
	pcre2_set_depth_limit(patterns->context, PATTERN_DEPTH_MAX);
	pcre2_set_heap_limit(patterns->context, PATTERN_HEAP_KIB);
	return patterns;
}

void patterns_free(struct patterns *patterns)
{
	if (!patterns)
		return;
	for (size_t i = 0; i < patterns->count; i++)
		pcre2_code_free(patterns->code[i]);
	pcre2_match_data_free(patterns->match);
	pcre2_match_context_free(patterns->context);
	free(patterns);
}

/* Claims what the pattern finds between two walls. */
static void find_in_stretch(const struct patterns *patterns, const pcre2_code *code,
                            struct mask *mask, size_t start, size_t end)
{
	size_t at = 0;
	while (start + at < end) {
		int found = pcre2_match(code, (PCRE2_SPTR)(mask->text + start), end - start, at, 0,
		                        patterns->match, patterns->context);
		if (found == PCRE2_ERROR_NOMATCH)
			return;
		if (found < 0) {
			mask_claim(mask, start + at, end, PII_PATTERN);
			return;
		}
		const PCRE2_SIZE *match = pcre2_get_ovector_pointer(patterns->match);
		if (match[1] <= match[0]) {
			at = match[1] + 1;
			continue;
		}
		mask_claim(mask, start + match[0], start + match[1], PII_PATTERN);
		/* A wall now begins a stretch of its own. */
		start += match[1];
		at = 0;
	}
}

void patterns_find(const struct patterns *patterns, struct mask *mask)
{
	for (size_t i = 0; patterns && i < patterns->count; i++) {
		for (size_t start = 0; start < mask->len; start++) {
			size_t end = start;
			while (!is_wall(mask_at(mask, end)))
				end++;
			if (end > start)
				find_in_stretch(patterns, patterns->code[i], mask, start, end);
			start = end;
		}
	}
}
