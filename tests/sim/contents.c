/* Spoils the content of a model's answer: everything that models were seen to write instead of one
 * clean JSON object. Where servers and models differ, the ticket's text decides which way is
 * taken. */
#include "mind.h"

#include <stdlib.h>
#include <string.h>

static const char fence[] = "```json\n";
/* What the model considers and does not answer. */
#define DRAFT                                                                                      \
	"{\"summary\":\"" MIND_DRAFT "\",\"root_cause\":\"other\",\"urgency\":\"low\","            \
	"\"sentiment\":\"neutral\"}"
#define FORMAT                                                                                     \
	"{\"summary\": \"...\", \"root_cause\": \"bug|feature|refund|other\", \"urgency\": "       \
	"\"high|medium|low\", \"sentiment\": \"positive|neutral|negative\"}"

static void forget_places(struct mind *mind)
{
	memset(mind->value_at, 0, sizeof(mind->value_at));
}

static void replace(struct mind *mind, const char *content)
{
	buf_reset(&mind->content);
	buf_puts(&mind->content, content);
	forget_places(mind);
}

/* Adds text before and after the content; the offsets of the labels change. */
static void surround(struct mind *mind, const char *before, const char *behind)
{
	size_t len;
	char *content = buf_take(&mind->content, &len);
	buf_init(&mind->content, 1024 * 1024);
	buf_puts(&mind->content, before);
	buf_add(&mind->content, content, len);
	buf_puts(&mind->content, behind);
	free(content);
	for (int field = 0; field < MIND_FIELDS; field++)
		if (mind->value_at[field])
			mind->value_at[field] += strlen(before);
}

/* Writes the object again with other words for keys and labels, or without some of them. */
static void rewrite(struct mind *mind, const char *const keys[4],
                    const char *const labels[MIND_FIELDS])
{
	buf_reset(&mind->content);
	forget_places(mind);
	buf_puts(&mind->content, "{");
	json_add_member(&mind->content, keys[0], buf_str(&mind->summary));
	for (int field = 0; field < MIND_FIELDS; field++)
		if (labels[field])
			json_add_member(&mind->content, keys[field + 1], str_of(labels[field]));
	buf_puts(&mind->content, "}");
}

struct around {
	const char *before, *behind;
};

/* Thoughts with a draft, in the marks of different models and servers. */
static const struct around thoughts[] = {
        {"<think>\nIs it " DRAFT "? Hm.\n</think>\n\n", ""},
        {"<thinking>" DRAFT "</thinking>", ""},
        {"[THINK]" DRAFT "[/THINK]", ""},
        {"<seed:think>" DRAFT "</seed:think>", ""},
        {"<reasoning>" DRAFT "</reasoning>\n```json\n", "\n```"},
        {"<|begin_of_thought|>" DRAFT "<|end_of_thought|>", ""},
        {"Is it " DRAFT "? No.</think>", ""},
        {DRAFT "</think>", ""},
        {"<|channel|>analysis<|message|>" DRAFT
         "<|end|><|start|>assistant<|channel|>final<|message|>",
         "<|return|>"},
        {"analysisIs it " DRAFT "? No.assistantfinal", ""},
        {"<think>" DRAFT "</think>Sure. <think>or " DRAFT "</think>", ""},
        {"", "\n<reflection>Or " DRAFT "? No.</reflection>"},
        {"", "[THINK]Or " DRAFT "[/THINK]"},
        {"Sure.\n", "\n<think>Or " DRAFT},
};

/* Other objects around the answer, which is the last one that is valid. */
static const struct around objects[] = {
        {DRAFT "\nNo, corrected:\n", ""},
        {"```json\n" DRAFT "\n```\nWait:\n```json\n", "\n```"},
        {"```json\n" DRAFT "\n```\nCorrected: ", ""},
        {"I return " FORMAT " so:\n", ""},
        {"", "\nas in " FORMAT},
        {"{\"draft\":" DRAFT ",\"final\":", "}"},
        {"[" DRAFT ",", "]"},
        {"", "\nI chose {\"urgency\":\"high\"} for its words."},
};

static void surround_by(struct mind *mind, const struct around *choices, size_t count)
{
	const struct around *around = &choices[mind->chance % count];
	surround(mind, around->before, around->behind);
}

static const char *label_of(const struct mind *mind, int field)
{
	return mind_labels[field][mind->label[field]];
}

static const char *const good_keys[4] = {"summary", "root_cause", "urgency", "sentiment"};

static void wrong_case(struct mind *mind)
{
	static const char *const keys[4] = {"Summary", "ROOT-CAUSE", "Urgency", "Sentiment"};
	static const char *const causes[] = {"BUG", "Feature", "REFUND", "Other"};
	static const char *const urgencies[] = {"HIGH", "Medium", "LOW"};
	static const char *const sentiments[] = {"Positive", "NEUTRAL", "Negative"};
	rewrite(mind, keys,
	        (const char *const[]){causes[mind->label[0]], urgencies[mind->label[1]],
	                              sentiments[mind->label[2]]});
}

static void synonyms(struct mind *mind)
{
	static const char *const causes[] = {"technical issue", "feature_request", "billing",
	                                     "general"};
	static const char *const urgencies[] = {"critical", "normal", "minor"};
	static const char *const sentiments[] = {"happy", "mixed", "frustrated"};
	rewrite(mind, good_keys,
	        (const char *const[]){causes[mind->label[0]], urgencies[mind->label[1]],
	                              sentiments[mind->label[2]]});
}

static void single_quotes(struct mind *mind)
{
	buf_reset(&mind->content);
	forget_places(mind);
	buf_printf(&mind->content,
	           "{'summary': 'Customer writes', 'root_cause': '%s', 'urgency': '%s', "
	           "'sentiment': '%s'}",
	           label_of(mind, 0), label_of(mind, 1), label_of(mind, 2));
}

/* Replaces the closing brace by `ending`. */
static void end_with(struct mind *mind, const char *ending)
{
	mind->content.len--;
	buf_puts(&mind->content, ending);
}

static void as_string(struct mind *mind)
{
	size_t len;
	char *content = buf_take(&mind->content, &len);
	buf_init(&mind->content, 1024 * 1024);
	json_add_string(&mind->content, str_make(content, len));
	free(content);
	forget_places(mind);
}

static void long_summary(struct mind *mind)
{
	while (mind->summary.len < 3000)
		buf_puts(&mind->summary, " and then the customer goes on and on");
	rewrite(mind, good_keys,
	        (const char *const[]){label_of(mind, 0), label_of(mind, 1), label_of(mind, 2)});
}

static void raw_newline(struct mind *mind)
{
	char *space = memchr(mind->content.data, ' ', mind->content.len);
	if (space)
		*space = '\n';
}

/* Escapes a character as for Markdown, which JSON does not know. */
static void escape_spaces(struct mind *mind)
{
	rewrite(mind, (const char *const[]){"summary", "root_cause", "urgency", "sentiment"},
	        (const char *const[]){label_of(mind, 0), label_of(mind, 1), label_of(mind, 2)});
	end_with(mind, ",\"next\\_step\":\"can\\'t\"}");
}

static void truncate(struct mind *mind)
{
	mind->content.len = mind->content.len * 2 / 3;
	mind->content.data[mind->content.len] = '\0';
	mind->finish = STR("length");
	forget_places(mind);
}

static void blanks(struct mind *mind)
{
	replace(mind, "{");
	for (int i = 0; i < 4000; i++)
		buf_putc(&mind->content, i % 7 ? ' ' : '\n');
	mind->finish = STR("length");
}

/* Words of other servers for "stop". */
static const struct str other_ends[] = {
        {"eos_token", 9}, {"end_turn", 8}, {"STOP", 4}, {"stop", 4}};

static void envelope(struct mind *mind, enum fault_kind fault)
{
	switch ((int)fault) {
	case FAULT_REFUSAL:
		replace(mind, "I'm sorry, but I can't help with that.");
		mind->refusal = true;
		break;
	case FAULT_FILTER:
		replace(mind, "");
		mind->finish = STR("content_filter");
		break;
	case FAULT_REASONING:
		mind->in_reasoning = true;
		if (mind->chance % 2)
			surround(mind, "Perhaps " DRAFT "? No, rather\n", "");
		break;
	case FAULT_NO_USAGE: mind->finish = other_ends[mind->chance % ARRAY_LEN(other_ends)]; break;
	case FAULT_TRUNCATED: truncate(mind); break;
	case FAULT_EMPTY: replace(mind, ""); break;
	default: break;
	}
}

void contents_spoil(struct mind *mind, enum fault_kind fault)
{
	switch ((int)fault) {
	case FAULT_FENCE: surround(mind, fence, "\n```"); break;
	case FAULT_PROSE:
		surround(mind, "Here is the JSON you asked for:\n\n",
		         "\n\nLet me know if you need {more}.");
		break;
	case FAULT_TWO_OBJECTS: surround_by(mind, objects, ARRAY_LEN(objects)); break;
	case FAULT_SINGLE_QUOTES: single_quotes(mind); break;
	case FAULT_TRAILING_COMMA: end_with(mind, ",}"); break;
	case FAULT_COMMENTS: end_with(mind, " // labels as requested\n}"); break;
	case FAULT_PYTHON: end_with(mind, ", \"escalate\": True, \"notes\": None}"); break;
	case FAULT_NAN: end_with(mind, ", \"score\": NaN}"); break;
	case FAULT_RAW_NEWLINE:
		if (mind->chance % 2)
			raw_newline(mind);
		else
			escape_spaces(mind);
		break;
	case FAULT_BOM: surround(mind, "\xef\xbb\xbf", ""); break;
	case FAULT_THINK: surround_by(mind, thoughts, ARRAY_LEN(thoughts)); break;
	case FAULT_STRING: as_string(mind); break;
	case FAULT_ARRAY: surround(mind, "[", "]"); break;
	case FAULT_WRAPPER: surround(mind, "{\"result\":", "}"); break;
	case FAULT_SCHEMA_ECHO:
		replace(mind, "{\"type\":\"object\",\"properties\":{\"summary\":{\"type\":"
		              "\"string\"},\"root_cause\":{"
		              "\"type\":"
		              "\"string\",\"enum\":[\"bug\",\"feature\",\"refund\",\"other\"]}}}");
		break;
	case FAULT_EXTRA:
		end_with(mind,
		         ",\"language\":\"en\",\"tags\":[\"x\"],\"nested\":{\"urgency\":\"low\"}}");
		break;
	case FAULT_MISSING:
		rewrite(mind, good_keys,
		        (const char *const[]){label_of(mind, 0), NULL, label_of(mind, 2)});
		break;
	case FAULT_CASE: wrong_case(mind); break;
	case FAULT_SYNONYM: synonyms(mind); break;
	case FAULT_WRONG_LABEL:
		rewrite(mind, good_keys,
		        (const char *const[]){"security", "catastrophic", "furious"});
		break;
	case FAULT_BLANKS: blanks(mind); break;
	case FAULT_BAD_BYTES: surround(mind, "", "\xff\xfe"); break;
	case FAULT_HTML:
		replace(mind, "<!DOCTYPE html><html><body><h1>Bad gateway</h1></body></html>");
		break;
	case FAULT_LONG_SUMMARY: long_summary(mind); break;
	default: envelope(mind, fault); break;
	}
}
