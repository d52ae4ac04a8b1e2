/* --record: writes one JSON line per request when it arrives, with the time to its answer: for
 * checks against the vendors' descriptions, and of the order and pace of requests. Values of secret
 * headers are left out. */
#include "connection.h"

#include "base/json.h"

static bool secret(struct str name)
{
	return str_ieq(name, STR("authorization")) || str_ieq(name, STR("cookie")) ||
	       str_ieq(name, STR("api-key"));
}

void record_request(FILE *file, enum http_method method, struct str target, struct str headers,
                    struct str body, const struct world_answer *answer)
{
	struct buf line;
	buf_init(&line, SIZE_MAX / 2);
	buf_puts(&line, "{");
	json_add_member(&line, "method", str_of(http_method_name(method)));
	json_add_member(&line, "path", target);
	json_add_member_int(&line, "status", answer->status);
	json_add_member_int(&line, "delay_ms", answer->delay);
	buf_puts(&line, ",\"headers\":{");
	while (headers.len) {
		struct str value = str_split(&headers, '\n');
		struct str name = str_trim(str_split(&value, ':'));
		char key[64];
		snprintf(key, sizeof(key), STR_FMT, STR_ARG(utf8_cut(name, sizeof(key) - 1)));
		json_add_member(&line, key, secret(name) ? STR("(left out)") : str_trim(value));
	}
	buf_puts(&line, "}");
	json_add_member(&line, "body", body);
	buf_puts(&line, "}\n");
	fwrite(line.data, 1, line.len, file);
	fflush(file);
	buf_free(&line);
}
