/* The reading half of sealing. Every line is checked for itself and for its place. */
#include <string.h>

#include "privacy/seal.h"
#include "privacy/seal_parts.h"

#define VALUE_MAX (16 * 1024 * 1024)

void unsealer_init(struct unsealer *unsealer, const struct seal_key *key)
{
	*unsealer = (struct unsealer){.key = key};
	unsealer_start_file(unsealer);
}

void unsealer_wipe(struct unsealer *unsealer)
{
	crypto_wipe(unsealer, sizeof(*unsealer));
}

void unsealer_start_file(struct unsealer *unsealer)
{
	crypto_wipe(unsealer->stream_key, sizeof(unsealer->stream_key));
	unsealer->line = unsealer->number = unsealer->lost = 0;
	unsealer->whole = true;
	unsealer->within = unsealer->doubtful = unsealer->cut = false;
}

/* The master key for this salt; NULL when the key is of the other kind: a passphrase where a raw
 * key is needed, or the other way round. */
static const uint8_t *master_for(struct unsealer *unsealer, unsigned flags,
                                 const uint8_t salt[SEAL_SALT_SIZE])
{
	const struct seal_key *key = unsealer->key;

	if (!(flags & SEAL_PASSPHRASE) != !key->passphrase)
		return NULL;
	if (!key->passphrase || memcmp(salt, key->salt, SEAL_SALT_SIZE) == 0)
		return key->master;
	if (!unsealer->other || memcmp(salt, unsealer->other_salt, SEAL_SALT_SIZE) != 0) {
		crypto_scrypt(key->secret, seal_bytes(salt, SEAL_SALT_SIZE),
		              unsealer->other_master);
		memcpy(unsealer->other_salt, salt, SEAL_SALT_SIZE);
		unsealer->other = true;
	}
	return unsealer->other_master;
}

static int err_at_line(const struct unsealer *unsealer, struct err *err, const char *reason)
{
	return err_set(err, "line %llu: %s", (unsigned long long)unsealer->line, reason);
}

static const char *unknown_beginning(struct str line, bool first)
{
	if (seal_is_beginning(line) && !str_starts(line, STR(SEAL_MAGIC)))
		return "sealed in a format that this version does not know";
	return first ? "not sealed by ai-ticketd, or its beginning is missing"
	             : "altered, or not sealed by ai-ticketd";
}

/* Checks what a beginning says about the line before it; returns the reason why it is wrong, or
 * NULL. */
static const char *misplaced_reason(const struct unsealer *unsealer,
                                    const uint8_t bytes[SEAL_BEGINNING_SIZE])
{
	unsigned flags = bytes[SEAL_AT_FLAGS];
	bool first = unsealer->line == 1;

	if (first)
		return flags & SEAL_CONTINUES ? "the beginning of the file is missing" : NULL;
	if (!(flags & SEAL_CONTINUES))
		return "another file begins here";
	if (bytes[SEAL_AT_CONTENT] != SEAL_LOG || unsealer->content != SEAL_LOG)
		return "results continue after their end";
	if (memcmp(unsealer->before, bytes + SEAL_AT_BEFORE, CRYPTO_SHA256_SIZE) != 0)
		return "lines before this one are missing, were added or changed places";
	if (unsealer->doubtful && !(flags & SEAL_TORN))
		return unsealer->doubt.text;
	return NULL;
}

static bool known_content(const uint8_t bytes[SEAL_BEGINNING_SIZE])
{
	return bytes[SEAL_AT_CONTENT] == SEAL_LOG || bytes[SEAL_AT_CONTENT] == SEAL_RESULTS;
}

static int begin_stream(struct unsealer *unsealer, struct str line, struct err *err)
{
	uint8_t bytes[SEAL_BEGINNING_SIZE], tag[CRYPTO_TAG_SIZE];

	if (seal_parse_beginning(line, bytes, tag) < 0)
		return err_at_line(unsealer, err, unknown_beginning(line, unsealer->line == 1));
	const uint8_t *master = master_for(unsealer, bytes[SEAL_AT_FLAGS], bytes + SEAL_AT_SALT);
	if (master != NULL)
		seal_derive(master, "stream", bytes + SEAL_AT_RANDOM, unsealer->stream_key);
	if (master == NULL || !seal_check_beginning(unsealer->stream_key, bytes, tag))
		return err_at_line(unsealer, err, "sealed with another key, or altered");
	const char *reason = known_content(bytes) ? misplaced_reason(unsealer, bytes)
	                                          : "contains data that this version does not know";
	if (reason != NULL)
		return err_at_line(unsealer, err, reason);
	if (unsealer->doubtful)
		unsealer->lost++;
	unsealer->doubtful = false;
	unsealer->content = bytes[SEAL_AT_CONTENT] == SEAL_RESULTS ? SEAL_RESULTS : SEAL_LOG;
	unsealer->number = 0;
	unsealer->within = true;
	return 0;
}

static bool open_record(struct unsealer *unsealer, struct str line, struct buf *out)
{
	uint8_t nonce[CRYPTO_NONCE_SIZE];
	struct buf sealed;

	seal_nonce(unsealer->number + 1, nonce);
	buf_init(&sealed, SEAL_LINE_MAX);
	bool good = crypto_decode_base64(&sealed, str_skip(line, 1)) == 0 && !sealed.overflow &&
	            crypto_gcm_open(unsealer->stream_key, nonce, str_make(line.data, 1),
	                            buf_str(&sealed), out);
	buf_free(&sealed);
	if (good)
		unsealer->number++;
	return good;
}

static int take_line(struct unsealer *unsealer, struct str line, struct buf *out, struct err *err)
{
	bool known = line.len > 0 && (line.data[0] == SEAL_RECORD || line.data[0] == SEAL_END);

	if (unsealer->line == 1 || seal_is_beginning(line))
		return begin_stream(unsealer, line, err);
	if (unsealer->doubtful) {
		*err = unsealer->doubt;
		return -1;
	}
	if (!unsealer->within)
		return err_at_line(unsealer, err, "unexpected line after the end");
	if (known && open_record(unsealer, line, out)) {
		if (line.data[0] == SEAL_END)
			unsealer->within = false;
		return 0;
	}
	/* The line may have been cut off when the process died; then the next line must say so. */
	unsealer->doubtful = true;
	return err_at_line(unsealer, &unsealer->doubt, "altered, cut off or not in its place") + 1;
}

int unsealer_line(struct unsealer *unsealer, struct str line, bool whole, struct buf *out,
                  struct err *err)
{
	struct err why = {{0}};

	ENSURE(unsealer->whole);
	unsealer->line++;
	int result = line.len > SEAL_LINE_MAX
	                     ? err_at_line(unsealer, &why, "too long for a sealed line")
	                     : take_line(unsealer, line, out, &why);
	crypto_sha256(line, unsealer->before);
	unsealer->whole = whole;
	if (result < 0 && err != NULL)
		*err = why;
	return result;
}

int unsealer_finish(struct unsealer *unsealer, struct err *err)
{
	if (unsealer->line == 0)
		return err_set(err, "empty");
	if (unsealer->doubtful) {
		unsealer->cut = !unsealer->whole;
		if (err != NULL)
			*err = unsealer->doubt;
		return -1;
	}
	unsealer->cut = unsealer->within;
	if (unsealer->within && unsealer->content == SEAL_RESULTS)
		return err_set(err, "cut off after line %llu: the end is missing",
		               (unsigned long long)unsealer->line);
	if (unsealer->within)
		return err_set(err, "it has no end mark: it is still being written, the process "
		                    "was killed, or its last lines are missing") +
		       2;
	if (unsealer->lost > 0)
		return err_set(err, "%llu %s cut off when a process crashed",
		               (unsigned long long)unsealer->lost,
		               str_plural(unsealer->lost, "line was", "lines were")) +
		       2;
	return 0;
}

int unseal_value(struct unsealer *unsealer, struct str place, struct str sealed, struct buf *out,
                 struct err *err)
{
	uint8_t head[SEAL_VALUE_HEAD_SIZE], value_key[CRYPTO_KEY_SIZE], nonce[CRYPTO_NONCE_SIZE];

	if (sealed.len < sizeof(head) + CRYPTO_TAG_SIZE || sealed.len > VALUE_MAX)
		return err_set(err, "not a sealed value: its length is wrong");
	memcpy(head, sealed.data, sizeof(head));
	if (head[0] != SEAL_VALUE_FORM)
		return err_set(err,
		               "sealed in a format that this version does not know, or not sealed");
	const uint8_t *master =
	        master_for(unsealer, head[SEAL_VALUE_AT_FLAGS], head + SEAL_VALUE_AT_SALT);
	if (master == NULL)
		return err_set(err, "sealed with another key, or altered");
	seal_derive(master, "value", head + SEAL_VALUE_AT_RANDOM, value_key);
	seal_nonce(0, nonce);
	bool good = crypto_gcm_open(value_key, nonce, place, str_skip(sealed, sizeof(head)), out);
	crypto_wipe(value_key, sizeof(value_key));
	return good ? 0 : err_set(err, "sealed with another key, altered, or not in its place");
}
