/* Finds an embedded file, and chooses the form and the headers of the answer. */
#include "daemon/page/assets.h"

#include <stdio.h>

#define HEADER_MAX 64

#define ASSET(path, type, file) extern const struct asset_bytes file;
#include "asset_rows.def"
#undef ASSET

static const struct asset assets[] = {
#define ASSET(path, type, file) {path, type, &file},
#include "asset_rows.def"
#undef ASSET
};

const struct asset *asset_find(struct str path)
{
	for (size_t i = 0; i < ARRAY_LEN(assets); i++)
		if (str_eq(path, str_of(assets[i].path)))
			return &assets[i];
	return NULL;
}

/* "gzip;q=0" refuses, and so do "q=0.0" and the like. */
static bool is_refused(struct str parameters)
{
	while (parameters.data != NULL) {
		struct str value = str_trim(str_split(&parameters, ';'));

		if (!str_istarts(value, STR("q=")))
			continue;
		value = str_skip(value, 2);
		for (size_t i = 0; i < value.len; i++)
			if (value.data[i] != '0' && value.data[i] != '.')
				return false;
		return true;
	}
	return false;
}

bool asset_accepts_gzip(struct str accepted)
{
	bool any = false;

	while (accepted.data != NULL && accepted.len > 0) {
		struct str parameters = str_split(&accepted, ',');
		struct str coding = str_trim(str_split(&parameters, ';'));

		if (str_ieq(coding, STR("gzip")) || str_ieq(coding, STR("x-gzip")))
			return !is_refused(parameters);
		if (str_eq(coding, STR("*")))
			any = !is_refused(parameters);
	}
	return any;
}

bool asset_tag_matches(struct str wanted, struct str tag)
{
	while (wanted.data != NULL && wanted.len > 0) {
		struct str one = str_trim(str_split(&wanted, ','));

		if (str_starts(one, STR("W/")))
			one = str_skip(one, 2);
		if (str_eq(one, tag) || str_eq(one, STR("*")))
			return true;
	}
	return false;
}

void asset_answer(const struct asset *asset, struct http_exchange *exchange)
{
	const struct http_message *request = http_exchange_request(exchange);
	bool gzip = asset_accepts_gzip(http_message_header(request, STR("accept-encoding")));
	const struct asset_form *form = gzip ? &asset->file->gzip : &asset->file->plain;
	bool known = asset_tag_matches(http_message_header(request, STR("if-none-match")),
	                               str_of(form->tag));
	char tag[HEADER_MAX];

	snprintf(tag, sizeof(tag), "ETag: %s", form->tag);
	http_exchange_header(exchange, tag);
	http_exchange_header(exchange, "Cache-Control: no-cache");
	http_exchange_header(exchange, "Vary: Accept-Encoding");
	if (gzip && !known)
		http_exchange_header(exchange, "Content-Encoding: gzip");
	http_exchange_answer(exchange, known ? 304 : 200, asset->type,
	                     known ? (struct str){"", 0}
	                           : str_make((const char *)form->bytes, form->len));
}
