/* Reads the tags of report.tags, and knows which field each label belongs to: no two labels of ours
 * have the same name. */
#include "ticket/choice.h"

static const int label_counts[CHOICE_FIELDS] = {[CHOICE_CATEGORY] = CAUSE_COUNT,
                                                [CHOICE_URGENCY] = URGENCY_COUNT,
                                                [CHOICE_SENTIMENT] = SENTIMENT_COUNT};

int choice_label_count(enum choice_field field)
{
	return label_counts[field];
}

const char *choice_label_name(enum choice_field field, int label)
{
	switch (field) {
	case CHOICE_CATEGORY: return root_cause_name((enum root_cause)label);
	case CHOICE_URGENCY: return urgency_name((enum urgency)label);
	case CHOICE_SENTIMENT: return sentiment_name((enum sentiment)label);
	case CHOICE_FIELDS: break;
	}
	return "";
}

int choice_urgency_of(enum priority priority)
{
	switch (priority) {
	case PRIORITY_URGENT:
	case PRIORITY_HIGH: return URGENCY_HIGH;
	case PRIORITY_NORMAL: return URGENCY_MEDIUM;
	case PRIORITY_LOW: return URGENCY_LOW;
	case PRIORITY_NONE: break;
	}
	return -1;
}

static bool find_label(struct str word, struct choice_tag *ret)
{
	for (int field = 0; field < CHOICE_FIELDS; field++)
		for (int label = 0; label < label_counts[field]; label++) {
			if (!str_eq(word,
			            str_of(choice_label_name((enum choice_field)field, label))))
				continue;
			ret->field = (enum choice_field)field;
			ret->label = label;
			return true;
		}
	return false;
}

const struct choice_tag *choice_tag_find(const struct choice_tags *tags, struct str tag)
{
	for (size_t i = 0; i < tags->count; i++)
		if (str_ieq(tags->items[i].tag, tag))
			return &tags->items[i];
	return NULL;
}

static void add_ours(struct str prefix, struct choice_tags *tags, struct arena *arena)
{
	for (int field = 0; field < CHOICE_FIELDS; field++)
		for (int label = 0; label < label_counts[field]; label++) {
			struct buf name;

			buf_init(&name, 2 * TAG_BYTES_MAX);
			buf_add_str(&name, prefix);
			buf_puts(&name, choice_label_name((enum choice_field)field, label));
			tags->items[tags->count++] =
			        (struct choice_tag){.tag = arena_str(arena, buf_str(&name)),
			                            .field = (enum choice_field)field,
			                            .label = label};
			buf_free(&name);
		}
}

/* "bug", "money_back=refund", "billing" */
static int add_word(struct str word, size_t number, struct choice_tags *tags, struct arena *arena,
                    struct err *err)
{
	struct str label = word, tag = str_trim(str_split(&label, '='));
	struct choice_tag read = {.field = CHOICE_CATEGORY, .label = -1};
	bool named = label.data != NULL;

	label = str_trim(label);
	if (!tag_valid(tag))
		return err_set(err,
		               "word %zu: a tag is required (small letters, digits, _ and -), "
		               "or tag=label",
		               number);
	if (!find_label(named ? label : tag, &read) && named)
		return err_set(err,
		               "word %zu: the label behind = must be bug, feature, refund, "
		               "other, high, medium, low, positive, neutral or negative",
		               number);
	if (choice_tag_find(tags, tag) != NULL)
		return err_set(err, "word %zu: this tag is there already", number);
	read.tag = arena_str(arena, tag);
	tags->items[tags->count++] = read;
	return 0;
}

int choice_tags_read(struct str list, struct str prefix, struct choice_tags *ret,
                     struct arena *arena, struct err *err)
{
	size_t number = 0;

	ret->count = 0;
	add_ours(prefix, ret, arena);
	while (list.len > 0) {
		struct str word = str_trim(str_split(&list, ','));

		if (word.len == 0)
			continue;
		if (++number > CHOICE_LISTED_MAX)
			return err_set(err, "at most %d tags can be named", CHOICE_LISTED_MAX);
		if (add_word(word, number, ret, arena, err) < 0)
			return -1;
	}
	return 0;
}
