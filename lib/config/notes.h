/* What the configuration remembers beside its values: where each came from, and values that wait
 * for others. Private to lib/config. */
#ifndef CONFIG_NOTES_H
#define CONFIG_NOTES_H

#include "config/table.h"

/* `where` is how messages about the value begin: "file:12: zendesk.query", "environment:
 * LOG_LEVEL", "--model"; NULL for a default. */
struct source {
	enum config_origin origin;
	char *where;
};

/* A text that is not the value of an option yet. */
struct pending {
	char *text; /* NULL = none */
	struct source source;
};

struct config_notes {
	struct source of[OPTION_COUNT];
	struct pending secret_file[OPTION_COUNT]; /* the path of <option>_file; of secrets only */
	/* OPENAI_BASE_URL and OLLAMA_HOST, by enum llm_provider: which one counts is known when the
	 * provider is. */
	struct pending address[LLM_RULES];
};

void source_set(struct source *source, enum config_origin origin, const char *where);
/* Nothing happens when a higher layer has set it already. */
void pending_set(struct pending *pending, enum config_origin origin, const char *where,
                 struct str text);
void pending_free(struct pending *pending);

/* Why the shell or a person should look at it: one line, "where: reason". */
void problem_add(struct buf *lines, const char *where, const char *format, ...) PRINTF_LIKE(3, 4);
/* The same about an option that stands somewhere, or is missing ("configuration: llm.api_key:
 * …"). */
void problem_with(struct config_problems *problems, const struct config *config,
                  enum option_index index, const char *format, ...) PRINTF_LIKE(4, 5);

/* One value from one place: parsed, bounded, refused or only warned about when its feature is not
 * in this version, and kept unless a higher layer has spoken. */
void option_set(struct config *config, const struct option *option, enum config_origin origin,
                const char *where, struct str text, struct config_problems *problems);
/* The path of the file that holds a secret. */
void option_set_file(struct config *config, const struct option *option, enum config_origin origin,
                     const char *where, struct str path, struct config_problems *problems);
/* A text option gets a value worked out from others; its source stays as it is. */
void option_derive(struct config *config, enum option_index index, struct str text);
/* True while nobody has set it. */
bool option_is_default(const struct config *config, enum option_index index);
/* The path counts: it is set, and no higher layer gives the secret itself. */
bool option_secret_file_counts(const struct config *config, enum option_index index);

#endif
