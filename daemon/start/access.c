/* Reads the files of tokens. They are checked at each start, reload and --check-config. */
#include "daemon/start/access.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "daemon/start/secrecy.h"
#include "daemon/system/address.h"
#include "daemon/system/credentials.h"
#include "daemon/system/file.h"
#include "daemon/system/folder.h"

#define FILE_BYTES_MAX 4096 /* with white space around the token */
#define FILES_MAX 1000
#define NAMES_BYTES_MAX 8192
#define MAKE "; make one by: openssl rand -hex 32"

/* What is read at the moment. */
struct reading {
	struct access *access;
	struct config_problems *problems;
};

/* --- one token --- */

static bool is_visible(struct str secret)
{
	for (size_t i = 0; i < secret.len; i++)
		if (secret.data[i] <= ' ' || secret.data[i] > '~')
			return false;
	return true;
}

/* NULL when the secret can be a token. */
static const char *flaw_of(struct str secret)
{
	if (!is_visible(secret))
		return "has characters that no header can carry: use letters and digits" MAKE;
	if (secret.len < ACCESS_CHARACTERS_MIN)
		return "has fewer than 32 characters, so it can be guessed" MAKE;
	return secret.len > ACCESS_BYTES_MAX ? "is longer than 1,024 characters" MAKE : NULL;
}

static void refuse_token(struct reading *reading, const char *where, const char *why)
{
	buf_printf(&reading->problems->errors, "%s: %s\n", where, why);
}

static const struct access_token *find_digest(const struct access *access, const uint8_t *digest)
{
	for (size_t i = 0; i < access->count; i++)
		if (crypto_equal(access->tokens[i].digest, digest, CRYPTO_SHA256_SIZE))
			return &access->tokens[i];
	return NULL;
}

static const struct access_token *find_name(const struct access *access, const char *name)
{
	for (size_t i = 0; i < access->count; i++)
		if (strcmp(access->tokens[i].name, name) == 0)
			return &access->tokens[i];
	return NULL;
}

/* `where` begins the reason of a refusal. A name says in the audit trail who gave an order, so it
 * is that of one token only. */
static void add_token(struct reading *reading, const char *where, struct str name, bool command,
                      struct str secret)
{
	struct access *access = reading->access;
	const char *flaw = flaw_of(secret);
	struct access_token token = {.command = command};

	memcpy(token.name, name.data, name.len);
	crypto_sha256(secret, token.digest);
	if (flaw != NULL)
		refuse_token(reading, where, flaw);
	else if (find_name(access, token.name) != NULL)
		refuse_token(reading, where, "another token has this name already");
	else if (find_digest(access, token.digest) != NULL)
		refuse_token(reading, where, "holds the same token as another name" MAKE);
	else if (access->count == ACCESS_TOKENS_MAX)
		refuse_token(reading, where, "is one token too many: at most 64 are used");
	else
		access->tokens[access->count++] = token;
}

/* --- files --- */

static bool is_plain_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!ascii_is_alpha(name.data[i]) && !ascii_is_digit(name.data[i]) &&
		    name.data[i] != '-' && name.data[i] != '_')
			return false;
	return name.len > 0 && name.len <= ACCESS_NAME_MAX;
}

/* Splits "NAME.read" or "NAME.command". */
static bool split_name(struct str file, struct str *ret_name, bool *ret_command)
{
	struct str kind = file;

	*ret_name = str_split(&kind, '.');
	*ret_command = str_eq(kind, STR("command"));
	return is_plain_name(*ret_name) && (*ret_command || str_eq(kind, STR("read")));
}

/* `read` is file_read() or credential_read(). */
static void read_token(struct reading *reading, const char *path, struct str file,
                       int (*read)(const char *, size_t, struct buf *, struct err *))
{
	struct err err;
	struct buf text;
	struct str name;
	bool command;

	if (!split_name(file, &name, &command)) {
		refuse_token(reading, path,
		             "the file of a token is called NAME.read or NAME.command; NAME has at "
		             "most 32 letters, digits, - and _");
		return;
	}
	buf_init(&text, FILE_BYTES_MAX);
	if (read(path, FILE_BYTES_MAX, &text, &err) < 0) {
		buf_printf(&reading->problems->errors, "%s\n", err.text);
	} else {
		add_token(reading, path, name, command, str_trim(buf_str(&text)));
		secrecy_check_file("a token", path, reading->problems);
		crypto_wipe(text.data, text.len);
	}
	buf_free(&text);
}

static void read_folder(struct reading *reading, const char *path)
{
	struct folder_names names;
	struct err err;

	int code = folder_list(path, FILES_MAX, &names, &err);

	if (code < 0)
		buf_printf(&reading->problems->errors, "http.tokens_dir: %s%s\n", err.text,
		           code == UV_EACCES
		                   ? "; give it to a group that the service is a member of"
		                   : "");
	else
		for (size_t i = 0; i < names.count; i++) {
			char *file = xasprintf("%s/%s", path, names.names[i]);

			read_token(reading, file, str_of(names.names[i]), file_read);
			free(file);
		}
	folder_free(&names);
}

static void read_credential_of(struct reading *reading, const char *folder, const char *credential)
{
	struct str prefix = STR("http.token."), name = str_of(credential);
	struct buf *list = &reading->access->from_manager;

	if (!str_starts(name, prefix))
		return;
	char *path = xasprintf("%s/%s", folder, credential);
	read_token(reading, path, str_skip(name, prefix.len), credential_read);
	buf_printf(list, "%s%s", list->len > 0 ? ", " : "", credential);
	free(path);
}

static void read_credentials(struct reading *reading)
{
	char *folder = credential_path(".");
	struct folder_names names;
	struct err err;

	if (folder == NULL)
		return;
	if (folder_list(folder, FILES_MAX, &names, &err) == 0)
		for (size_t i = 0; i < names.count; i++)
			read_credential_of(reading, folder, names.names[i]);
	folder_free(&names);
	free(folder);
}

/* --- all of them --- */

/* An address that cannot be parsed is reported elsewhere. */
static bool is_beyond(const char *listen)
{
	struct sockaddr_storage address;
	struct err err;

	return listen != NULL && listen[0] != '\0' && address_parse(listen, &address, &err) == 0 &&
	       !address_is_loopback(&address);
}

void access_read(const struct config *config, struct access *ret, struct config_problems *problems)
{
	struct reading reading = {ret, problems};
	const char *token = config->http.token, *folder = config->http.tokens_dir;

	*ret = (struct access){0};
	buf_init(&ret->from_manager, NAMES_BYTES_MAX);
	if (token != NULL && token[0] != '\0')
		add_token(&reading, "http.token", STR(ACCESS_NAME_DEFAULT), true, str_of(token));
	read_credentials(&reading);
	if (folder != NULL && folder[0] != '\0')
		read_folder(&reading, folder);
	if (ret->count == 0 && is_beyond(config->http.listen))
		buf_puts(&problems->errors,
		         "http.listen: is open to other machines, so a token is needed: put one "
		         "into http.token or http.tokens_dir, or listen at 127.0.0.1 only\n");
}

void access_free(struct access *access)
{
	buf_free(&access->from_manager);
	*access = (struct access){0};
}

static const struct access_token *find_same(const struct access *access,
                                            const struct access_token *token)
{
	const struct access_token *found = find_name(access, token->name);

	return found != NULL && found->command == token->command ? found : NULL;
}

void access_compare(const struct access *before, const struct access *after,
                    void (*says)(void *arg, const struct access_token *token, const char *what),
                    void *arg)
{
	for (size_t i = 0; i < before->count; i++)
		if (find_same(after, &before->tokens[i]) == NULL)
			says(arg, &before->tokens[i], "revoked");
	for (size_t i = 0; i < after->count; i++) {
		const struct access_token *former = find_same(before, &after->tokens[i]);

		if (former == NULL)
			says(arg, &after->tokens[i], "added");
		else if (memcmp(former->digest, after->tokens[i].digest, CRYPTO_SHA256_SIZE) != 0)
			says(arg, &after->tokens[i], "changed");
	}
}
