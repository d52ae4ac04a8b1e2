/* Erases a ticket from a file in two passes: the first finds out whether the file names the ticket
 * at all; the second writes the remaining lines to .NAME.erase, which then replaces the file.
 *
 * A row of results is one line, with a comma at its end unless it is the last row. Each line is
 * held until the next one is read: when the last row is removed, the row before it must lose its
 * comma. */
#include "daemon/files/erase_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "daemon/system/disk.h"
#include "daemon/system/file.h"
#include "daemon/system/path.h"
#include "daemon/files/lines.h"
#include "daemon/files/logdir.h"
#include "daemon/files/sealing.h"
#include "daemon/files/unseal.h"

#define LINE_MAX_BYTES SEAL_RECORD_MAX

struct rewriting {
	bool results;
	uint64_t id;
	FILE *out; /* NULL in the first pass */
	bool sealed;
	struct sealer sealer;
	struct buf line; /* sealed files: text since the last newline */
	struct buf held; /* the line that is not written yet, with its newline; empty = none */
	uint64_t removed;
	struct buf text; /* scratch space for one line to be written */
};

/* --- finding the ticket in a line --- */

/* Whether `text` begins with the number `id` and the number ends there. */
static bool is_id(struct str text, uint64_t id)
{
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)id);

	return str_starts(text, str_make(digits, len)) &&
	       (text.len == len || !ascii_is_digit(text.data[len]));
}

static bool names_ticket(struct str line, struct str before, uint64_t id)
{
	for (ptrdiff_t at; (at = str_find(line, before)) >= 0;) {
		line = str_skip(line, (size_t)at + before.len);
		while (line.len > 0 && line.data[0] == ' ')
			line = str_skip(line, 1);
		if (is_id(line, id))
			return true;
	}
	return false;
}

static bool take_id(struct str *rest, uint64_t *ret)
{
	size_t digits = 0;

	while (digits < rest->len && ascii_is_digit(rest->data[digits]))
		digits++;
	if (digits == 0 || str_to_u64(str_make(rest->data, digits), ret) < 0)
		return false;
	*rest = str_skip(*rest, digits);
	return true;
}

/* Whether a list such as "tickets 1-20, 25", as results_list_written writes it, contains `id`. */
static bool lists_ticket(struct str line, uint64_t id)
{
	static const struct str before = {"ickets ", 7}, comma = {", ", 2};
	uint64_t first;

	for (ptrdiff_t at; (at = str_find(line, before)) >= 0;) {
		line = str_skip(line, (size_t)at + before.len);
		while (take_id(&line, &first)) {
			uint64_t last = first;
			if (str_starts(line, STR("-"))) {
				line = str_skip(line, 1);
				if (!take_id(&line, &last))
					break;
			}
			if (first <= id && id <= last)
				return true;
			if (!str_starts(line, comma))
				break;
			line = str_skip(line, comma.len);
		}
	}
	return false;
}

#define ROW_START "{\"ticket_id\":"

static bool names_this_ticket(const struct rewriting *r, struct str line)
{
	if (!r->results)
		return names_ticket(line, STR("icket "), r->id) || lists_ticket(line, r->id);
	return str_starts(line, STR(ROW_START)) && is_id(str_skip(line, strlen(ROW_START)), r->id);
}

static bool names_it_in_other_form(const struct rewriting *r, struct str line)
{
	return r->results && (names_ticket(line, STR("\"ticket_id\":"), r->id) ||
	                      names_ticket(line, STR("\"ticket_id\" :"), r->id));
}

/* --- writing the remaining lines --- */

static int write_line(struct rewriting *r, struct str line, struct err *err)
{
	if (r->out == NULL || line.len == 0)
		return 0;
	if (r->sealed) {
		buf_reset(&r->text);
		sealer_add(&r->sealer, line, &r->text);
		line = buf_str(&r->text);
	}
	return fwrite(line.data, 1, line.len, r->out) == line.len
	               ? 0
	               : err_set(err, "%s", strerror(errno));
}

/* `],"total":…` becomes `],"erased":1,"total":…`. */
static void add_foot(struct rewriting *r, struct str line)
{
	static const struct str erased = {"],\"erased\":", 11};
	uint64_t before = 0;
	size_t digits = 0;

	if (str_starts(line, erased)) {
		line = str_skip(line, erased.len);
		while (digits < line.len && ascii_is_digit(line.data[digits]))
			digits++;
		if (str_to_u64(str_make(line.data, digits), &before) < 0)
			before = 0;
		line = str_skip(line, digits);
	} else {
		line = str_skip(line, 1);
	}
	buf_printf(&r->held, "],\"erased\":%llu", (unsigned long long)(before + r->removed));
	buf_add_str(&r->held, line);
}

static int keep_line(struct rewriting *r, struct str line, bool whole, struct err *err)
{
	if (write_line(r, buf_str(&r->held), err) < 0)
		return -1;
	buf_reset(&r->held);
	if (r->results && r->removed > 0 && str_starts(line, STR("],\"")))
		add_foot(r, line);
	else
		buf_add_str(&r->held, line);
	if (whole)
		buf_putc(&r->held, '\n');
	return r->held.overflow ? err_set(err, "a line is too long") : 0;
}

static void drop_comma_of_held(struct rewriting *r)
{
	if (!str_ends(buf_str(&r->held), STR(",\n")))
		return;
	r->held.len -= 2;
	buf_putc(&r->held, '\n');
}

static int filter_line(struct rewriting *r, struct str line, bool whole, struct err *err)
{
	if (names_this_ticket(r, line)) {
		r->removed++;
		if (r->results && !str_ends(line, STR(",")))
			drop_comma_of_held(r);
		return 0;
	}
	if (names_it_in_other_form(r, line))
		return err_set(err, "it names the ticket in an unknown form: remove it by hand");
	return keep_line(r, line, whole, err);
}

/* --- reading --- */

static int split_piece(void *arg, struct str piece, struct err *err)
{
	struct rewriting *r = arg;

	while (piece.len > 0) {
		ptrdiff_t end = str_find_char(piece, '\n');
		struct str part = str_make(piece.data, end < 0 ? piece.len : (size_t)end);

		buf_add_str(&r->line, part);
		if (r->line.overflow)
			return err_set(err, "a line is too long");
		piece = str_skip(piece, part.len + (end < 0 ? 0 : 1));
		if (end < 0)
			break;
		if (filter_line(r, buf_str(&r->line), true, err) < 0)
			return -1;
		buf_reset(&r->line);
	}
	return 0;
}

/* `*cut`: all that is there was read, but the file does not have the end of a sealed file. */
static int read_sealed(struct rewriting *r, FILE *in, struct unsealer *unsealer, bool *cut,
                       struct err *err)
{
	if (unsealer == NULL)
		return err_set(err, "it is sealed, and log.key is not set");
	int result = unseal_stream(in, unsealer, split_piece, r, err);
	*cut = unsealer->cut;
	if (result < 0 && !unsealer->cut)
		return -1;
	return r->line.len > 0 ? filter_line(r, buf_str(&r->line), false, err) : 0;
}

static int read_plain(struct rewriting *r, FILE *in, struct err *err)
{
	struct lines lines;
	struct str line;
	bool whole;
	int result;

	lines_init(&lines, in, LINE_MAX_BYTES);
	while ((result = lines_next(&lines, &line, &whole, err)) > 0) {
		if (filter_line(r, line, whole, err) < 0) {
			result = -1;
			break;
		}
	}
	lines_free(&lines);
	return result;
}

static bool looks_sealed(FILE *in)
{
	char start[64];
	size_t got = fread(start, 1, sizeof(start), in);

	rewind(in);
	return seal_is_beginning(str_make(start, got));
}

static int run_pass(struct rewriting *r, FILE *in, struct unsealer *unsealer, struct err *err)
{
	bool cut = false;

	rewind(in);
	r->removed = 0;
	buf_init(&r->line, LINE_MAX_BYTES);
	buf_init(&r->held, LINE_MAX_BYTES);
	int result = r->sealed ? read_sealed(r, in, unsealer, &cut, err) : read_plain(r, in, err);
	if (result == 0)
		result = write_line(r, buf_str(&r->held), err);
	if (result == 0 && r->out != NULL && r->sealed && !cut) {
		buf_reset(&r->text);
		sealer_end(&r->sealer, &r->text);
		if (fwrite(r->text.data, 1, r->text.len, r->out) != r->text.len)
			result = err_set(err, "%s", strerror(errno));
	}
	buf_free(&r->line);
	buf_free(&r->held);
	return result;
}

/* --- the new file --- */

static int begin_sealed_copy(struct rewriting *r, const struct seal_key *key, struct err *err)
{
	uint8_t random[SEAL_SALT_SIZE];

	sealing_random(random);
	buf_reset(&r->text);
	sealer_begin(&r->sealer, key, r->results ? SEAL_RESULTS : SEAL_LOG, random, NULL, &r->text);
	return fwrite(r->text.data, 1, r->text.len, r->out) == r->text.len
	               ? 0
	               : err_set(err, "%s", strerror(errno));
}

static FILE *create_copy(const char *path, struct err *err)
{
	FILE *file = NULL;
	int fd = disk_open(path, UV_FS_O_WRONLY | UV_FS_O_CREAT | UV_FS_O_NOFOLLOW, 0600), code;

	if (fd < 0) {
		err_set(err, "%s cannot be written: %s", path, uv_strerror(fd));
		return NULL;
	}
	if (!file_lock(fd, true)) {
		file_close(fd);
		err_set(err, ERASE_FILE_BUSY);
		return NULL;
	}
	code = disk_cut(fd, 0);
	if (code < 0) {
		err_set(err, "%s cannot be written: %s", path, disk_words(code));
		file_close(fd);
		return NULL;
	}
	file_give_to_folder(fd, path);
	file = fdopen(fd, "wb");
	if (file == NULL) {
		err_set(err, "%s", strerror(errno));
		file_close(fd);
	}
	return file;
}

/* Syncs the copy under its temporary name, then renames it. */
static int finish_copy(FILE *out, const char *temporary, const char *path, struct err *err)
{
	uv_fs_t req;
	int code = fflush(out) == 0 ? 0 : -errno;

	if (code == 0) {
		code = uv_fs_fsync(NULL, &req, fileno(out), NULL);
		uv_fs_req_cleanup(&req);
	}
	if (fclose(out) != 0 && code == 0)
		code = -errno;
	if (code == 0) {
		code = uv_fs_rename(NULL, &req, temporary, path, NULL);
		uv_fs_req_cleanup(&req);
	}
	return code < 0 ? err_set(err, "it cannot be rewritten: %s", uv_strerror(code)) : 0;
}

static int rewrite_file(struct rewriting *r, FILE *in, const char *path, struct unsealer *unsealer,
                        struct err *err)
{
	const char *name = path_name(path);
	char *temporary = xasprintf("%.*s%s%s.erase", (int)(name - path), path,
	                            name[0] == '.' ? "" : ".", name);
	int result = -1;

	r->out = create_copy(temporary, err);
	if (r->out != NULL) {
		result = r->sealed ? begin_sealed_copy(r, unsealer->key, err) : 0;
		if (result == 0)
			result = run_pass(r, in, unsealer, err);
		if (result == 0)
			result = finish_copy(r->out, temporary, path, err);
		else
			(void)fclose(r->out);
		if (result < 0)
			(void)logdir_remove(temporary);
	}
	free(temporary);
	return result;
}

int erase_file(const char *path, bool results, struct unsealer *unsealer, uint64_t ticket_id,
               uint64_t *removed, struct err *err)
{
	struct rewriting r = {.results = results, .id = ticket_id};
	struct err why;
	FILE *in = file_open(path, err);

	*removed = 0;
	if (in == NULL)
		return -1;
	buf_init(&r.text, SEAL_LINE_MAX);
	r.sealed = looks_sealed(in);
	int result = run_pass(&r, in, unsealer, &why);
	if (result == 0 && r.removed > 0 && !file_lock(fileno(in), true))
		result = err_set(&why, ERASE_FILE_BUSY);
	if (result == 0 && r.removed > 0)
		result = rewrite_file(&r, in, path, unsealer, &why);
	if (result == 0)
		*removed = r.removed;
	else
		err_set(err, "%s", why.text);
	(void)fclose(in);
	crypto_wipe(&r.sealer, sizeof(r.sealer));
	buf_free(&r.text);
	return result;
}
