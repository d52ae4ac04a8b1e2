/* What the configuration remembers besides its values: where each value came from, and values that
 * cannot be used before others are known. Private to lib/config. */
#ifndef CONFIG_NOTES_H
#define CONFIG_NOTES_H

#include "config/table.h"

/* `where` is the start of messages about the value: "file:12: zendesk.query", "environment:
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
	struct pending secret_file[OPTION_COUNT]; /* the path of <option>_file, for secrets only */
	/* OPENAI_BASE_URL and OLLAMA_HOST, by enum llm_provider: which of them is used is known
	 * when the provider is. */
	struct pending address[LLM_RULES];
	bool managed; /* by a service manager */
	/* HTTPS_PROXY and NO_PROXY; whether the first is in use, and the user info that was cut off
	 * it (NULL = none), which is wiped */
	struct pending https_proxy, no_proxy;
	bool proxy_of_environment;
	char *proxy_login;
};

void source_set(struct source *source, enum config_origin origin, const char *where);
/* Stores a text; does nothing when a higher layer has stored one. */
void pending_set(struct pending *pending, enum config_origin origin, const char *where,
                 struct str text);
void pending_free(struct pending *pending);

/* Appends one line, "where: reason", to errors or warnings. */
void problem_add(struct buf *lines, const char *where, const char *format, ...) PRINTF_LIKE(3, 4);
/* Appends an error about an option: where it was set, or its name if it is missing ("llm.api_key:
 * …"). */
void problem_with(struct config_problems *problems, const struct config *config,
                  enum option_index index, const char *format, ...) PRINTF_LIKE(4, 5);

/* Sets one value from one place: it is parsed and checked, refused or warned about when its feature
 * is not in this version, and stored unless a higher layer has set the option. */
void option_set(struct config *config, const struct option *option, enum config_origin origin,
                const char *where, struct str text, struct config_problems *problems);
/* The same for the path of the file that holds a secret. */
void option_set_file(struct config *config, const struct option *option, enum config_origin origin,
                     const char *where, struct str path, struct config_problems *problems);
/* Replaces the value of a text option by one computed from others; its source stays as it is. */
void option_derive(struct config *config, enum option_index index, struct str text);
/* True while no layer has set the option. */
bool option_is_default(const struct config *config, enum option_index index);
/* True when the secret is to be read from its file: the path is set, and no higher layer gives the
 * secret itself. */
bool option_secret_file_counts(const struct config *config, enum option_index index);

#endif
