/* Collects what an answer rests on. */
#include "engine/decide/reuse_key.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/core/plain.h"
#include "llm/labels.h"

#define LABELS_BYTES_MAX 4096

static struct str provider_of(const struct config *config)
{
	static const char *const names[] = {
	        [LLM_OPENAI] = "openai", [LLM_OLLAMA] = "ollama", [LLM_RULES] = "rules"};

	return str_of(names[config->llm.provider]);
}

static struct str labels_of(struct arena *arena)
{
	struct buf names;

	buf_init(&names, LABELS_BYTES_MAX);
	for (int field = 0; field < LABEL_FIELDS; field++) {
		buf_printf(&names, "%s:", label_key((enum label_field)field));
		for (int i = 0; i < label_count((enum label_field)field); i++)
			buf_printf(&names, "%s,", label_name((enum label_field)field, i));
	}
	struct str all = arena_str(arena, buf_str(&names));
	buf_free(&names);
	return all;
}

static struct str print(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
static struct str print(struct arena *arena, const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return arena_str(arena, str_of(text));
}

void reuse_settings(const struct config *config, const struct llm_client *client,
                    struct str ret[REUSE_SETTINGS], struct arena *arena)
{
	const struct config_privacy *privacy = &config->privacy;
	unsigned params = llm_client_params(client);

	ret[REUSE_PROVIDER] = provider_of(config);
	ret[REUSE_ADDRESS] = str_of(client->base);
	ret[REUSE_MODEL] = str_of(client->model);
	ret[REUSE_TEMPERATURE] = print(arena, "%a", config->llm.temperature);
	ret[REUSE_FORMAT] =
	        print(arena, "%x,%lld", params, (long long)config->llm.tickets_per_request);
	ret[REUSE_PROMPT] = str_of(prompt_version(config));
	ret[REUSE_LABELS] = labels_of(arena);
	ret[REUSE_LANGUAGE] = str_of(config->llm.summary_language);
	ret[REUSE_PRIVACY] = print(arena, "%d,%d,%d,%d,%d,%d", privacy->redact, privacy->cvv,
	                           privacy->birth_dates, privacy->national_ids, privacy->passports,
	                           privacy->mac_addresses);
	ret[REUSE_PATTERNS] = str_of(privacy->patterns);
	ret[REUSE_NORMALISER] = print(arena, "%d", PLAIN_VERSION);
}

static void add_part(struct buf *out, struct str part)
{
	uint64_t len = part.len;

	for (int i = 0; i < 8; i++)
		buf_putc(out, (char)(len >> (8 * i) & 0xff));
	buf_add_str(out, part);
}

void reuse_mac(struct str secret, const struct str *parts, size_t count,
               uint8_t ret[CRYPTO_SHA256_SIZE])
{
	struct buf all;

	buf_init(&all, SIZE_MAX / 2);
	for (size_t i = 0; i < count; i++)
		add_part(&all, parts[i]);
	crypto_hmac_sha256(secret, buf_str(&all), ret);
	buf_free(&all);
}

static struct answer_key key_of(struct str secret, const struct str *parts, size_t count)
{
	uint8_t mac[CRYPTO_SHA256_SIZE];
	struct answer_key key;

	reuse_mac(secret, parts, count, mac);
	memcpy(key.bytes, mac, sizeof(key.bytes));
	return key;
}

struct answer_key reuse_key_of(struct str secret, const uint8_t settings[CRYPTO_SHA256_SIZE],
                               bool reminder, struct str subject, struct str description)
{
	const struct str parts[REUSE_PARTS] = {
	        [REUSE_OF_SETTINGS] = str_make((const char *)settings, CRYPTO_SHA256_SIZE),
	        [REUSE_REMINDER] = reminder ? STR("reminder") : STR(""),
	        [REUSE_SUBJECT] = subject,
	        [REUSE_DESCRIPTION] = description,
	};

	return key_of(secret, parts, REUSE_PARTS);
}

struct answer_key reuse_answer_key(struct str secret, const struct answer_key *request,
                                   struct str model_version)
{
	const struct str parts[] = {str_make((const char *)request->bytes, sizeof(request->bytes)),
	                            model_version};

	return key_of(secret, parts, ARRAY_LEN(parts));
}
