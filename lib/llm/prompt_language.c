/* What the wordings of version 3 say about the language of the summary. */
#include "llm/prompt_parts.h"

/* The default, in whose words the sentences were tried most. */
static bool is_english(const char *language)
{
	return str_ieq(str_of(language), STR("English"));
}

void prompt_add_languages(const char *language, struct buf *out)
{
	if (is_english(language))
		buf_puts(out, "labels and summary are in English.");
	else
		buf_printf(out, "labels are in English, the summary is in %s.", language);
}

void prompt_add_in_language(const char *language, struct buf *out)
{
	if (!is_english(language))
		buf_printf(out, " in %s", language);
}
