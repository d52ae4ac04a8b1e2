/* Writes families and samples. */
#include "observe/metrics.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct family_row rows[] = {
#define FAMILY(name, type, text, labels, help) {FAMILY_##type, text, labels, help},
#include "observe/metrics.def"
};

/* What every program has goes without our prefix. */
static const char *prefix_of(const struct family_row *row)
{
	return strncmp(row->name, "process_", 8) == 0 ? "" : METRICS_PREFIX;
}

const struct family_row *metrics_family(enum family family)
{
	return &rows[family];
}

void metrics_begin(struct metrics *metrics, enum family family)
{
	static const char *const types[] = {[FAMILY_COUNTER] = "counter",
	                                    [FAMILY_GAUGE] = "gauge",
	                                    [FAMILY_HISTOGRAM] = "histogram"};
	const struct family_row *row = &rows[family];

	metrics->family = family;
	buf_printf(metrics->out, "# HELP %s%s %s\n# TYPE %s%s %s\n", prefix_of(row), row->name,
	           row->help, prefix_of(row), row->name, types[row->type]);
}

static void add_escaped(struct buf *out, const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value == '\n') {
			buf_puts(out, "\\n");
			continue;
		}
		if (*value == '\\' || *value == '"')
			buf_putc(out, '\\');
		buf_putc(out, *value);
	}
}

/* Writes the name and the labels; a label "le" comes last. */
static void add_name(struct metrics *metrics, const char *suffix, const char *const *values,
                     const char *le)
{
	const struct family_row *row = &rows[metrics->family];
	struct buf *out = metrics->out;
	struct str names = str_of(row->labels);
	char before = '{';

	buf_puts(out, prefix_of(row));
	buf_puts(out, row->name);
	buf_puts(out, suffix);
	for (; names.len > 0 && *values != NULL; values++, before = ',') {
		buf_putc(out, before);
		buf_add_str(out, str_split(&names, ','));
		buf_puts(out, "=\"");
		add_escaped(out, *values);
		buf_putc(out, '"');
	}
	if (le != NULL) {
		buf_putc(out, before);
		buf_printf(out, "le=\"%s\"", le);
	}
	buf_puts(out, before == '{' && le == NULL ? " " : "} ");
}

void metrics_count(struct metrics *metrics, uint64_t value, const char *const *values)
{
	add_name(metrics, "", values, NULL);
	buf_add_u64(metrics->out, value);
	buf_putc(metrics->out, '\n');
}

static void add_number(struct buf *out, double value)
{
	if (isnan(value))
		buf_puts(out, "NaN\n");
	else if (isinf(value))
		buf_puts(out, value > 0 ? "+Inf\n" : "-Inf\n");
	else
		buf_printf(out, "%.15g\n", value);
}

void metrics_number(struct metrics *metrics, double value, const char *const *values)
{
	add_name(metrics, "", values, NULL);
	add_number(metrics->out, value);
}

void metrics_time(struct metrics *metrics, msec wall, const char *const *values)
{
	metrics_number(metrics, (double)wall / MSEC_SECOND, values);
}

void metrics_histogram(struct metrics *metrics, const struct histogram *histogram,
                       const char *const *values)
{
	const struct histogram_bounds *bounds = histogram->bounds;
	char le[32];

	for (size_t i = 0; i <= bounds->count; i++) {
		if (i < bounds->count)
			snprintf(le, sizeof(le), "%g", bounds->at[i]);
		add_name(metrics, "_bucket", values, i < bounds->count ? le : "+Inf");
		buf_add_u64(metrics->out, histogram_upto(histogram, i));
		buf_putc(metrics->out, '\n');
	}
	add_name(metrics, "_sum", values, NULL);
	add_number(metrics->out, histogram->sum);
	add_name(metrics, "_count", values, NULL);
	buf_add_u64(metrics->out, histogram_upto(histogram, bounds->count));
	buf_putc(metrics->out, '\n');
}

void metrics_count_of(struct metrics *metrics, uint64_t value, const char *label)
{
	metrics_count(metrics, value, METRICS_LABELS(label));
}

void metrics_number_of(struct metrics *metrics, double value, const char *label)
{
	metrics_number(metrics, value, METRICS_LABELS(label));
}

void metrics_sum(struct metrics *metrics, enum family family, uint64_t value)
{
	metrics_begin(metrics, family);
	metrics_count(metrics, value, METRICS_PLAIN);
}

void metrics_gauge(struct metrics *metrics, enum family family, double value)
{
	metrics_begin(metrics, family);
	metrics_number(metrics, value, METRICS_PLAIN);
}
