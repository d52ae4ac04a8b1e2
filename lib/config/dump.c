/* Writes the table of options as a configuration file with the values in force, and as rows of the
 * manual page. */
#include "config/config.h"

#include "config/notes.h"
#include "config/value.h"

/* A comment must be one line, even if the name of a file holds control characters. */
static void add_source(struct buf *out, const struct source *source)
{
	struct str where = str_of(source->where ? source->where : "default");

	buf_puts(out, "  # ");
	for (size_t i = 0; i < where.len; i++)
		buf_putc(out, (unsigned char)where.data[i] < ' ' ? '?' : where.data[i]);
	buf_putc(out, '\n');
}

static void dump_secret(const struct config *config, const struct option *option, struct buf *out)
{
	enum option_index index = option_index(option);
	const struct pending *file = &config->notes->secret_file[index];
	const struct source *source = &config->notes->of[index];

	buf_printf(out, "\t# %s: ", option->name);
	value_write(config, option, out);
	add_source(out, source);
	/* At the next start a credential replaces the content of the file again, so the path may
	 * stay. */
	if (option_secret_file_counts(config, index) ||
	    (file->text && file->text[0] &&
	     (source->origin == FROM_SECRET_FILE || source->origin == FROM_CREDENTIAL))) {
		buf_printf(out, "\t%s" OPTION_FILE_SUFFIX " = ", option->name);
		value_write_quoted(out, str_of(file->text));
		add_source(out, &file->source);
	}
}

static void dump_option(const struct config *config, const struct option *option, struct buf *out)
{
	if (option->type == TYPE_SECRET) {
		dump_secret(config, option, out);
		return;
	}
	buf_printf(out, "\t%s%s = ", option->flags & LATER ? "# " : "", option->name);
	value_write(config, option, out);
	if (option->flags & LATER)
		buf_puts(out, "  # not in this version\n");
	else
		add_source(out, &config->notes->of[option_index(option)]);
}

void config_dump(const struct config *config, struct buf *out)
{
	buf_puts(out, "# ai-ticketd " AITD_VERSION ": the configuration in force\n");
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (option_starts_section(&options[i]))
			buf_printf(out, "%s%s {\n", i > 0 ? "}\n\n" : "\n", options[i].section);
		dump_option(config, &options[i], out);
	}
	buf_puts(out, "}\n");
}

static void add_escaped(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '_' || *text == '*' || *text == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *text);
	}
}

static void add_words(struct buf *out, const struct option *option)
{
	int count = 1;

	for (const char *c = option->words; *c; c++)
		count += *c == '|';
	for (int i = 0; i < count; i++)
		buf_printf(out, "%s" STR_FMT, i ? "|" : "", STR_ARG(value_word(option, i)));
}

static void add_form(struct buf *out, const struct option *option)
{
	static const char *const forms[] = {
	        [TYPE_PATH] = "path",
	        [TYPE_STRING] = "text",
	        [TYPE_SECRET] = "secret",
	        [TYPE_TAG] = "tag",
	        [TYPE_LIST] = "words separated by commas",
	        [TYPE_BOOL] = "true|false",
	        [TYPE_DURATION] = "duration",
	        [TYPE_SIZE] = "size",
	};

	if (option->type == TYPE_ENUM)
		add_words(out, option);
	else if (option->type == TYPE_INT)
		buf_printf(out, "%.0f to %.0f", option->min, option->max);
	else if (option->type == TYPE_REAL)
		buf_printf(out, "%g to %g", option->min, option->max);
	else
		buf_puts(out, forms[option->type]);
}

static void manual_option(struct buf *out, const struct option *option)
{
	char variable[OPTION_VARIABLE_SIZE];

	buf_putc(out, '*');
	add_escaped(out, option->name);
	buf_puts(out, "* (");
	add_form(out, option);
	if (option->initial[0]) {
		buf_puts(out, "; default ");
		add_escaped(out, option->initial);
	}
	buf_puts(out, ")\n\t");
	add_escaped(out, option->help);
	buf_puts(out, ". Environment: ");
	add_escaped(out, option_variable(option, variable));
	buf_putc(out, '.');
	if (option->type == TYPE_SECRET) {
		buf_puts(out, " Not allowed in the file, but ");
		add_escaped(out, option->name);
		buf_puts(out, "\\_file may name a file with it.");
	}
	if (option->flags & LATER)
		buf_puts(out, " Not in this version.");
	else if (option->flags & RELOAD)
		buf_puts(out,
		         option->type == TYPE_SECRET
		                 ? " Takes effect on reload; a systemd credential needs a restart."
		                 : " Takes effect on reload.");
	buf_puts(out, "\n\n");
}

void config_manual(struct buf *out)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (option_starts_section(&options[i]))
			buf_printf(out, "## %s\n\n", options[i].section);
		manual_option(out, &options[i]);
	}
}
