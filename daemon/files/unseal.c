/* Feeds a sealed file line by line to the unsealer and passes on the clear text. */
#include "daemon/files/unseal.h"

#include <errno.h>
#include <string.h>

#include "daemon/system/file.h"
#include "daemon/files/lines.h"

int unseal_stream(FILE *in, struct unsealer *unsealer,
                  int (*each)(void *arg, struct str piece, struct err *err), void *arg,
                  struct err *err)
{
	struct lines lines;
	struct buf text;
	struct str line;
	bool whole;
	int result;

	unsealer_start_file(unsealer);
	lines_init(&lines, in, SEAL_LINE_MAX);
	buf_init(&text, SEAL_LINE_MAX);
	while ((result = lines_next(&lines, &line, &whole, err)) > 0) {
		result = unsealer_line(unsealer, line, whole, &text, err);
		if (result == 0 && text.len > 0)
			result = each(arg, buf_str(&text), err);
		buf_reset(&text);
		if (result < 0)
			break;
	}
	if (result == 0)
		result = unsealer_finish(unsealer, err);
	lines_free(&lines);
	buf_free(&text);
	return result;
}

static int write_piece(void *arg, struct str piece, struct err *err)
{
	if (fwrite(piece.data, 1, piece.len, arg) != piece.len)
		return err_set(err, "the output cannot be written: %s", strerror(errno));
	return 0;
}

int unseal_file(const char *path, struct str key, FILE *out, struct err *err)
{
	static const uint8_t no_salt[SEAL_SALT_SIZE];
	struct unsealer unsealer;
	struct err why = {{0}};
	FILE *in = file_open(path, err);

	if (in == NULL)
		return -1;
	struct seal_key *seal_key = seal_key_new(key, no_salt);
	unsealer_init(&unsealer, seal_key);
	int result = unseal_stream(in, &unsealer, write_piece, out, &why);
	unsealer_wipe(&unsealer);
	seal_key_free(seal_key);
	(void)fclose(in);
	if (result == 0 && fflush(out) != 0)
		result = err_set(&why, "the output cannot be written: %s", strerror(errno));
	if (result != 0)
		err_set(err, "%s: %s", path, why.text);
	return result;
}
