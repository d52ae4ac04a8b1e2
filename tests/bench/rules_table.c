/* How good the rules are: reads labelled tickets, one JSON object a line (subject, description,
 * label_root_cause, label_urgency, label_sentiment, source, id), and prints the accuracy of the
 * specification's rules and of the improved ones, per label, per source, and for two halves of the
 * records, of which one was held out while the rules were made.
 *
 *     rules_table FILE [--misses FIELD HALF]      also prints what one half gets wrong */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/crypto.h"
#include "base/json.h"
#include "llm/labels.h"
#include "rules_spec.h"

#define ROWS_MAX 64

struct row {
	char name[80];
	long count, spec, improved;
};

static struct row rows[LABEL_FIELDS][ROWS_MAX];
static size_t row_counts[LABEL_FIELDS];

static void count_row(int field, const char *kind, struct str name, bool spec, bool improved)
{
	char full[80];
	size_t i = 0;

	snprintf(full, sizeof(full), "%s " STR_FMT, kind, STR_ARG(name));
	while (i < row_counts[field] && strcmp(rows[field][i].name, full) != 0)
		i++;
	if (i == ROWS_MAX)
		return;
	if (i == row_counts[field]) {
		row_counts[field]++;
		memcpy(rows[field][i].name, full, sizeof(full));
	}
	rows[field][i].count++;
	rows[field][i].spec += spec;
	rows[field][i].improved += improved;
}

static int value_of(const struct rules_labels *labels, int field)
{
	switch (field) {
	case LABEL_ROOT_CAUSE: return (int)labels->root_cause;
	case LABEL_URGENCY: return (int)labels->urgency;
	default: return (int)labels->sentiment;
	}
}

/* "owner/name@commit:folder/file#record": the part that names a source and not the label. */
static struct str source_name(struct str source)
{
	return str_split(&source, '@');
}

/* 0 = the half the rules were developed on, 1 = the half held out. */
static int half_of(struct str id)
{
	uint8_t digest[CRYPTO_SHA256_SIZE];
	char text[80];
	int len = snprintf(text, sizeof(text), "split" STR_FMT, STR_ARG(id));

	crypto_sha256(str_make(text, (size_t)len), digest);
	return digest[CRYPTO_SHA256_SIZE - 1] & 1;
}

struct wanted {
	int field;
	int half;
};

static void judge(const struct json *ticket, int field, const struct rules_labels *spec,
                  const struct rules_labels *improved, const struct wanted *wanted)
{
	static const char *const keys[] = {"label_root_cause", "label_urgency", "label_sentiment"};
	struct str label = json_str_at(ticket, keys[field]);
	struct str id = json_str_at(ticket, "id");
	bool exact;

	if (label.len == 0)
		return;
	int truth = label_find((enum label_field)field, label, &exact);
	bool spec_right = value_of(spec, field) == truth,
	     improved_right = value_of(improved, field) == truth;
	int half = half_of(id);
	count_row(field, "", STR("all"), spec_right, improved_right);
	count_row(field, "half", half ? STR("held out") : STR("developed on"), spec_right,
	          improved_right);
	count_row(field, "label", label, spec_right, improved_right);
	count_row(field, "source", source_name(json_str_at(ticket, "source")), spec_right,
	          improved_right);
	if (!improved_right && wanted->field == field && wanted->half == half) {
		struct str text = utf8_cut(json_str_at(ticket, "description"), 300);
		printf("MISS " STR_FMT " for " STR_FMT ": " STR_FMT " | " STR_FMT "\n",
		       STR_ARG(str_of(
		               label_name((enum label_field)field, value_of(improved, field)))),
		       STR_ARG(label), STR_ARG(json_str_at(ticket, "subject")), STR_ARG(text));
	}
}

static void print_table(int field)
{
	if (row_counts[field] == 0)
		return;
	printf("\n%-12s %-44s %6s %8s %8s\n", label_key((enum label_field)field), "", "count",
	       "before", "after");
	for (size_t i = 0; i < row_counts[field]; i++) {
		const struct row *row = &rows[field][i];
		printf("%-12s %-44s %6ld %8.3f %8.3f\n", "", row->name, row->count,
		       (double)row->spec / (double)row->count,
		       (double)row->improved / (double)row->count);
	}
}

int main(int argc, char **argv)
{
	struct wanted wanted = {-1, 0};
	char *line = NULL;
	size_t cap = 0, bytes = 0;
	ssize_t len;
	clock_t spent = 0;

	FILE *file = argc >= 2 ? fopen(argv[1], "r") : NULL;
	if (!file) {
		fprintf(stderr, "usage: rules_table FILE [--misses FIELD HALF]\n");
		return 2;
	}
	if (argc >= 5)
		wanted = (struct wanted){atoi(argv[3]), atoi(argv[4])};
	json_seed(1);
	while ((len = getline(&line, &cap, file)) > 0) {
		struct json *ticket = json_parse(str_make(line, (size_t)len), NULL);
		struct str subject = json_str_at(ticket, "subject"),
		           description = json_str_at(ticket, "description");
		struct rules_labels spec = rules_spec(subject, description);
		clock_t begin = clock();
		struct rules_labels improved = rules_classify(subject, description);
		spent += clock() - begin;
		bytes += subject.len + description.len;
		for (int field = 0; field < LABEL_FIELDS; field++)
			judge(ticket, field, &spec, &improved, &wanted);
		json_free(ticket);
	}
	for (int field = 0; field < LABEL_FIELDS; field++)
		print_table(field);
	if (bytes > 0)
		printf("\n%.1f microseconds per 500 bytes\n",
		       (double)spent * 1e6 / CLOCKS_PER_SEC / (double)bytes * 500);
	free(line);
	fclose(file);
	return 0;
}
