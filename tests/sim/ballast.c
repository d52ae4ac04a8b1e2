/* What mail programs put around the words of a customer: see texts.h. Nothing in it has a word that
 * mind.c looks for, so that it can change a label only by taking the place of words. */
#include "texts.h"

#include "base/prng.h"

static void add_code(struct prng *prng, struct buf *out, size_t bytes, size_t line)
{
	static const char digits[] =
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < bytes; i++) {
		buf_putc(out, digits[prng_below(prng, 64)]);
		if (line && i % line == line - 1)
			buf_putc(out, '\n');
	}
}

static void add_picture(struct prng *prng, struct buf *out)
{
	buf_puts(out, "![screenshot](data:image/png;base64,");
	add_code(prng, out, 10240 + prng_below(prng, 20000), prng_below(prng, 2) ? 76 : 0);
	buf_puts(out, "==)\n\n");
}

static void add_encoded(struct prng *prng, struct buf *out)
{
	buf_puts(out, "--=_part\nContent-Transfer-Encoding: base64\n\n");
	add_code(prng, out, 76 * (150 + prng_below(prng, 200)), 76);
	buf_puts(out, "\n\n");
}

static void add_style(struct prng *prng, struct buf *out)
{
	bool element = prng_below(prng, 2);
	buf_puts(out, element ? "<style>\n" : "");
	for (size_t i = 150 + prng_below(prng, 100); i > 0; i--)
		buf_printf(
		        out,
		        "p.MsoNormal%zu, li.MsoNormal%zu {\n  margin: 0cm;\n  color: black;\n}\n",
		        i, i);
	buf_puts(out, element ? "</style>\n\n" : "\n\n");
}

static void add_quotation(struct prng *prng, struct buf *out)
{
	static const char *const headers[] = {
	        "On Mon, Jan 5, 2026 at 10:00 AM Support <support@example.com> wrote:",
	        "Am 05.01.2026 um 10:00 schrieb Support <support@example.com>:",
	        "Le 5 janv. 2026 à 10:00, Support <support@example.com> a écrit :"};
	buf_printf(out, "%s\n", headers[prng_below(prng, ARRAY_LEN(headers))]);
	for (size_t i = 200 + prng_below(prng, 100); i > 0; i--)
		buf_puts(out,
		         "> we will look into this matter and tell you more about it soon\n>\n");
	buf_puts(out, "\n\n");
}

static void add_log(struct prng *prng, struct buf *out)
{
	for (size_t i = 200 + prng_below(prng, 100); i > 0; i--)
		buf_printf(out, "2026-01-05 10:00:%02zu INFO [worker-%zu] job 0x%zx was begun\n",
		           i % 60, i % 9, i * 7919);
	buf_puts(out, "\n\n");
}

static void add_end(struct prng *prng, struct buf *out)
{
	if (prng_below(prng, 2))
		buf_puts(out, "\n\nSent from my iPhone\n");
	if (prng_below(prng, 2))
		buf_puts(out, "\n\n-- \nA. Customer\nExample Ltd\nwww.example.com\n");
	if (prng_below(prng, 2))
		buf_puts(out,
		         "\n\nThis e-mail is confidential and intended solely for the addressee. "
		         "If you are not the intended recipient, please delete it.\n");
	if (prng_below(prng, 2)) {
		buf_puts(out, "\n\n");
		add_quotation(prng, out);
	}
}

void text_add_ballast(uint64_t seed, uint64_t id, bool ballast, struct made_text *text)
{
	static void (*const begins[])(struct prng * prng, struct buf * out) = {
	        add_picture, add_encoded, add_style, add_quotation, add_log};
	struct prng prng;
	struct buf out;
	prng_seed(&prng, seed * 0x9e3779b97f4a7c15u + id + 1);
	buf_init(&out, 512 * 1024);
	if (ballast)
		begins[id % ARRAY_LEN(begins)](&prng, &out);
	buf_puts(&out, TEXT_OWN_WORDS "\n");
	buf_add_str(&out, buf_str(&text->description));
	if (ballast)
		add_end(&prng, &out);
	buf_free(&text->description);
	text->description = out;
}
