/* Tags by which agents say themselves what a ticket is about (option report.tags), so that their
 * choices can be compared with ours. Our own label tags are always among them: an agent who puts
 * ai_refund on a ticket has chosen. */
#ifndef TICKET_CHOICE_H
#define TICKET_CHOICE_H

#include "base/arena.h"
#include "ticket/analysis.h"
#include "ticket/priority.h"
#include "ticket/tags.h"

enum choice_field { CHOICE_CATEGORY, CHOICE_URGENCY, CHOICE_SENTIMENT, CHOICE_FIELDS };

#define CHOICE_LABELS_MAX 4  /* labels of ours in one field */
#define CHOICE_LISTED_MAX 40 /* tags in report.tags */
#define CHOICE_TAGS_MAX (CHOICE_LISTED_MAX + CAUSE_COUNT + URGENCY_COUNT + SENTIMENT_COUNT)

/* A tag of report.tags: "bug" means the label of that name, "money_back=refund" the label refund;
 * "billing", which is no label of ours, is a category of its own. */
struct choice_tag {
	struct str tag;
	enum choice_field field;
	int label; /* number of the label in its enum; -1 = none of ours */
};
struct choice_tags {
	struct choice_tag items[CHOICE_TAGS_MAX];
	size_t count;
};

/* Reads report.tags and adds our label tags, which begin with `prefix`. What it keeps is copied
 * into `arena`. 0, or -1 with the reason: a word that is no tag, a label that is none of ours, too
 * many words, a tag twice; then `ret` is not to be used. */
int choice_tags_read(struct str list, struct str prefix, struct choice_tags *ret,
                     struct arena *arena, struct err *err) MUST_CHECK;
/* NULL when the tag is none of them; ASCII case is ignored. */
const struct choice_tag *choice_tag_find(const struct choice_tags *tags, struct str tag);

const char *choice_label_name(enum choice_field field, int label);
int choice_label_count(enum choice_field field);
/* The urgency that a priority stands for; that of `urgent` is high. PRIORITY_NONE has none: -1. */
int choice_urgency_of(enum priority priority);

#endif
