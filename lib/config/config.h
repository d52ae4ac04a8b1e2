/* The configuration: one struct made from one table (options.def), filled in layers: default < file
 * < env file < environment < systemd credential < flag. The daemon reads files and the environment;
 * this folder only decides what they mean.
 *
 *     config = config_new();
 *     config_read_file, config_read_variable, config_set     in any order: a lower layer never
 *                                                            replaces a higher one
 *     config_each_secret_file
 *     config_finish
 *     problems.errors.len > 0: print them, exit 2; else print problems.warnings and go on
 *
 * No message ever quotes a value: it could be a secret in the wrong place. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/buf.h"
#include "base/clock.h"
#include "ticket/priority.h"

enum service_mode { MODE_WRITING, MODE_SHADOW };
enum service_writes { WRITES_ON, WRITES_OFF };
enum llm_provider { LLM_OPENAI, LLM_OLLAMA, LLM_RULES };
enum llm_prompt { PROMPT_V3_0, PROMPT_V3_1, PROMPT_V2_1 };
enum zendesk_source { SOURCE_SEARCH, SOURCE_INCREMENTAL };
enum zendesk_untagged { UNTAGGED_LEAVE, UNTAGGED_AGAIN };
enum zendesk_bulk { BULK_AUTO, BULK_ALWAYS, BULK_NEVER };
enum llm_on_outage { OUTAGE_RULES, OUTAGE_HOLD };
enum tls_version { TLS_1_2, TLS_1_3 };
enum log_level { LEVEL_DEBUG, LEVEL_INFO, LEVEL_WARNING, LEVEL_ERROR };
enum config_origin {
	FROM_DEFAULT,
	FROM_FILE,
	FROM_ENV_FILE,
	FROM_ENVIRONMENT,
	FROM_SECRET_FILE, /* the file that <option>_file names */
	FROM_CREDENTIAL,  /* of systemd */
	FROM_FLAG
};

/* C types of the option types named in options.def. */
typedef char *config_STRING; /* NULL or "" = not set */
typedef char *config_PATH;   /* as STRING */
typedef char *config_SECRET; /* as STRING; wiped when freed; never printed */
typedef char *config_TAG;
typedef char *config_LIST; /* comma-separated words, blanks trimmed */
typedef bool config_BOOL;
typedef int64_t config_INT;
typedef double config_REAL;
typedef msec config_DURATION; /* ms; written as 500ms, 30s, 5m, 2h, 1d; a bare number is seconds */
typedef int64_t config_SIZE;  /* bytes; written as 64k, 1m; a bare number is bytes */
typedef int config_ENUM;      /* one of the enums above */

/* The options of each section: struct config_zendesk { … config_DURATION poll_interval; … }. */
#define SECTION(name) struct config_##name {
#define OPTION(section, name, type, ...) config_##type name;
#define SECTION_END(name)                                                                          \
	}                                                                                          \
	;
#include "config/options.def"

/* All sections, e.g. config->zendesk.poll_interval. */
struct config {
#define SECTION(name) struct config_##name name;
#define SECTION_END(name)
#include "config/options.def"
	struct config_notes *notes; /* where each value came from; private to lib/config */
};

/* Problems, one line each: "file:line: section.key: reason" (or "environment: NAME: reason",
 * "--flag: reason", "section.key: reason" of an option that is missing). */
struct config_problems {
	struct buf errors;   /* lines; empty = the configuration is valid */
	struct buf warnings; /* lines */
};
void config_problems_init(struct config_problems *problems);
void config_problems_free(struct config_problems *problems);

/* All defaults; the caller frees it with config_free(), which wipes secrets. */
struct config *config_new(void) MUST_CHECK;
void config_free(struct config *config);

#define CONFIG_FILE_BYTES_MAX (256 * 1024)
/* Reads the bytes of a configuration file, which the caller has loaded; `name` is for messages.
 * Errors are: NUL bytes and invalid UTF-8, an option given twice, an unknown section or key, a
 * secret (it belongs into the environment, <option>_file or a credential), and an option whose
 * feature does not exist in this version. All problems are reported, not only the first. */
void config_read_file(struct config *config, const char *name, struct str text,
                      struct config_problems *problems);
/* Reads one variable of the environment (`where` = "environment") or of an env file (".env:3").
 * Unknown names are ignored, with a warning if they begin with AI_TICKETD_; an empty value counts
 * as not set. A feature that does not exist in this version gives a warning. Names are those in
 * options.def, or AI_TICKETD_SECTION_OPTION; for a secret also <name>_FILE, the path of a file.
 * OPENAI_BASE_URL and OLLAMA_HOST may both be set: config_finish uses that of the provider. */
void config_read_variable(struct config *config, enum config_origin origin, const char *where,
                          struct str name, struct str value, struct config_problems *problems);
/* Sets one option by its dotted name ("llm.model"), from a flag (`where` = "--model"), a credential
 * or the file of a secret (`where` = its path). Blanks and newlines around the value are ignored;
 * an empty secret is an error. */
void config_set(struct config *config, enum config_origin origin, const char *where,
                const char *dotted, struct str value, struct config_problems *problems);
/* Calls `each` for every secret whose path is given as <option>_file (e.g. zendesk.api_token_file),
 * unless a higher layer gave the secret itself: the caller has to read the file and give its
 * content to config_set with FROM_CREDENTIAL. To be called after all layers and systemd
 * credentials, which have precedence, and before config_finish. */
void config_each_secret_file(const struct config *config,
                             void (*each)(void *arg, const char *dotted, const char *path),
                             void *arg);
/* Calls `each` with the name of every secret option ("zendesk.api_token" …), for systemd
 * credentials of the same name. */
void config_each_secret(void (*each)(void *arg, const char *dotted), void *arg);
/* Must be called once after the last layer. Resolves the model alias (llama-3.1-8b = provider
 * ollama, llama3.1:8b; an error when a layer at least as high as the model's names another
 * provider); applies ollama's own defaults (llama3.1:8b without fallback models, 4 in flight, 1 at
 * the start, 300 s); cleans URLs and stores them back: zendesk_base_url is an origin; llm_base_url
 * ends in /v1 or its own path for openai, and is origin and path for ollama; no slash at the end;
 * cuts initial_in_flight to max_in_flight; and does the checks that need several options
 * (credentials, plain http only to loopback or with insecure_http, pins …). A key from
 * OPENAI_API_KEY is wiped unless the provider is openai, because no other host may see it.
 * `hint_dotenv`: a ./.env exists that was not read; it is mentioned when credentials are
 * missing. */
void config_finish(struct config *config, bool hint_dotenv, struct config_problems *problems);
/* Adds an error at the place where the option was set: for checks that this folder cannot make. */
void config_refuse(const struct config *config, const char *dotted, const char *reason,
                   struct config_problems *problems);
/* Calls `each` for every option that differs between two finished configurations, without its
 * value. `takes_effect`: a running process takes it over on reload. Otherwise it waits for a
 * restart, either by its nature or because it belongs to an address or provider that waits. */
void config_changes(const struct config *from, const struct config *to,
                    void (*each)(void *arg, const char *dotted, bool takes_effect), void *arg);
/* Prepares `to` to replace `from` in a running process: options that do not take effect on reload
 * get their previous values. */
void config_keep(struct config *to, const struct config *from);
/* Writes a configuration file that would give the same configuration, with the origin of each value
 * as a comment; secrets appear only as "(set)" in a comment. */
void config_dump(const struct config *config, struct buf *out);
enum config_origin config_origin_of(const struct config *config, const char *dotted);
/* Writes the scdoc rows for the manual page ai-ticketd.conf(5). */
void config_manual(struct buf *out);

#endif
