/* Reads a configuration file with libconfuse, after a strict check (syntax.h). Every value reaches
 * us as text with its line, through a callback, and is checked by our own table; libconfuse keeps
 * nothing and decides nothing.
 *
 * libconfuse's scanner has static state and its callbacks have no argument, so the reading in
 * progress is in one static pointer: one file at a time, from one thread. */
#include <confuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/notes.h"
#include "config/syntax.h"

struct reading {
	struct config *config;
	const char *name;
	struct config_problems *problems;
	/* Line where each was first seen; 0 = not yet. */
	int option_line[OPTION_COUNT];
	int file_line[OPTION_COUNT];
	int section_line[OPTION_COUNT]; /* index: the section's first option */
	int unknown;
};

/* With so many unknown names, this is the file of some other program. */
#define UNKNOWN_MAX 50

static struct reading *under_way;

static void PRINTF_LIKE(4, 5)
        complain(struct reading *reading, int line, const char *dotted, const char *format, ...)
{
	char reason[300];
	char *where = xasprintf("%s:%d%s%s", reading->name, line, dotted[0] ? ": " : "", dotted);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	problem_add(&reading->problems->errors, where, "%s", reason);
	free(where);
}

/* False, and reported, when it was seen before. */
static bool first_time(struct reading *reading, int *first, int line, const char *what)
{
	if (*first) {
		complain(reading, line, what, "appears twice, first in line %d", *first);
		return false;
	}
	*first = line;
	return true;
}

static bool too_many_unknown(struct reading *reading, int line)
{
	if (++reading->unknown == UNKNOWN_MAX)
		complain(reading, line, "", "too many unknown names: the others are not listed");
	return reading->unknown >= UNKNOWN_MAX;
}

static bool section_wanted(struct reading *reading, const struct syntax_event *event)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (str_eq(event->name, str_of(options[i].section)))
			return first_time(reading, &reading->section_line[i], event->line,
			                  options[i].section);
	if (!too_many_unknown(reading, event->line))
		complain(reading, event->line, "", "unknown section '" STR_FMT "'",
		         STR_ARG(event->name));
	return false;
}

static void unknown_option(struct reading *reading, const struct syntax_event *event)
{
	bool top = event->section.len == 0;
	const struct option *near =
	        option_near(top ? STR(OPTION_TOP_SECTION) : event->section, event->name);
	char dotted[200];

	if (too_many_unknown(reading, event->line))
		return;
	if (top && near && strcmp(near->section, OPTION_TOP_SECTION) == 0) {
		complain(reading, event->line, "",
		         "'" STR_FMT "' is outside any section; did you mean %s?",
		         STR_ARG(event->name), near->name);
		return;
	}
	if (top) {
		complain(reading, event->line, "",
		         "'" STR_FMT
		         "' is outside any section: expected for example log { level = info }",
		         STR_ARG(event->name));
		return;
	}
	snprintf(dotted, sizeof(dotted), STR_FMT "." STR_FMT, STR_ARG(event->section),
	         STR_ARG(event->name));
	if (near)
		complain(reading, event->line, dotted, "unknown option; did you mean %s?",
		         near->dotted);
	else
		complain(reading, event->line, dotted, "unknown option");
}

static bool option_wanted(struct reading *reading, const struct syntax_event *event)
{
	char variable[OPTION_VARIABLE_SIZE], dotted[OPTION_VARIABLE_SIZE];
	bool file;
	const struct option *option = option_find(event->section, event->name, &file);

	if (!option) {
		unknown_option(reading, event);
		return false;
	}
	if (file) {
		snprintf(dotted, sizeof(dotted), "%s" OPTION_FILE_SUFFIX, option->dotted);
		return first_time(reading, &reading->file_line[option_index(option)], event->line,
		                  dotted);
	}
	if (option->type == TYPE_SECRET) {
		complain(reading, event->line, option->dotted,
		         "a secret is not allowed in this file: set %s in the environment, use a "
		         "systemd credential named %s, or set %s_file to the path of a file",
		         option_variable(option, variable), option->dotted, option->name);
		return false;
	}
	return first_time(reading, &reading->option_line[option_index(option)], event->line,
	                  option->dotted);
}

static bool is_wanted(void *arg, const struct syntax_event *event)
{
	return event->heads_section ? section_wanted(arg, event) : option_wanted(arg, event);
}

/* The section of an entry as option_find() takes it: libconfuse calls what is outside of any
 * section "root". */
static struct str section_of(cfg_t *section)
{
	struct str name = str_of(cfg_name(section));

	return str_eq(name, STR("root")) ? STR("") : name;
}

static int take_entry(cfg_t *section, cfg_opt_t *entry, const char *value, void *result)
{
	struct reading *reading = under_way;
	bool file;
	const struct option *option = option_find(section_of(section), str_of(entry->name), &file);

	ENSURE(option != NULL);
	char *where = xasprintf("%s:%d: %s%s", reading->name, section->line, option->dotted,
	                        file ? OPTION_FILE_SUFFIX : "");
	if (file)
		option_set_file(reading->config, option, FROM_FILE, where, str_of(value),
		                reading->problems);
	else
		option_set(reading->config, option, FROM_FILE, where, str_of(value),
		           reading->problems);
	free(where);
	*(const char **)result = ""; /* all that libconfuse keeps */
	return 0;
}

/* After the check nothing is left that libconfuse could refuse; its own messages may quote values
 * and are not repeated. */
static void report_refused(cfg_t *section, const char *format, va_list arguments)
{
	complain(under_way, section->line, "", "cannot be understood");
}

/* libconfuse's table: every section with every option as text, and the options that may stand
 * outside. `names` owns the names that are not in our table. */
struct grammar {
	cfg_opt_t sections[2 * OPTION_COUNT + 1];
	/* an option, the path of its file, the end of a section */
	cfg_opt_t entries[3 * OPTION_COUNT + 1];
	char *names[OPTION_COUNT];
};

static struct grammar *grammar_new(void)
{
	static const cfg_opt_t end = CFG_END();
	struct grammar *grammar = xcalloc(1, sizeof(*grammar));
	cfg_opt_t *entry = grammar->entries, *section = grammar->sections;

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (strcmp(options[i].section, OPTION_TOP_SECTION) == 0)
			*section++ = (cfg_opt_t)CFG_STR_CB(options[i].name, NULL, CFGF_NODEFAULT,
			                                   take_entry);
		if (option_starts_section(&options[i])) {
			if (i > 0)
				*entry++ = end;
			*section++ = (cfg_opt_t)CFG_SEC(options[i].section, entry, CFGF_NONE);
		}
		if (options[i].type == TYPE_SECRET) {
			grammar->names[i] = xasprintf("%s" OPTION_FILE_SUFFIX, options[i].name);
			*entry++ = (cfg_opt_t)CFG_STR_CB(grammar->names[i], NULL, CFGF_NODEFAULT,
			                                 take_entry);
		} else {
			*entry++ = (cfg_opt_t)CFG_STR_CB(options[i].name, NULL, CFGF_NODEFAULT,
			                                 take_entry);
		}
	}
	*entry = end;
	*section = end;
	return grammar;
}

static void grammar_free(struct grammar *grammar)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		free(grammar->names[i]);
	free(grammar);
}

static void parse_checked(struct reading *reading, const char *text)
{
	struct grammar *grammar = grammar_new();
	cfg_t *parser = cfg_init(grammar->sections, CFGF_NONE);

	if (!parser)
		fatal("out of memory");
	under_way = reading;
	cfg_set_error_function(parser, report_refused);
	cfg_parse_buf(parser, text);
	cfg_free(parser);
	under_way = NULL;
	grammar_free(grammar);
}

void config_read_file(struct config *config, const char *name, struct str text,
                      struct config_problems *problems)
{
	struct reading reading = {.config = config, .name = name, .problems = problems};
	struct buf clean;

	if (text.len > CONFIG_FILE_BYTES_MAX) {
		problem_add(&problems->errors, name,
		            "too large for a configuration file: at most %d KiB",
		            CONFIG_FILE_BYTES_MAX / 1024);
		return;
	}
	/* The checked text may be longer, because blanks are added around tokens. */
	buf_init(&clean, 4 * CONFIG_FILE_BYTES_MAX);
	syntax_check(name, text, is_wanted, &reading, &clean, &problems->errors);
	ENSURE(!clean.overflow);
	if (clean.len > 0)
		parse_checked(&reading, buf_cstr(&clean));
	buf_free(&clean);
}
