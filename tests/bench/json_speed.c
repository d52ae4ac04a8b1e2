/* How fast replies are parsed, by the library that was built in and by jansson, in turn: prints a
 * row a document with bytes, microseconds of both (the best of many rounds), MB/s and the ratio.
 * Under callgrind, `json_speed chat 1` counts the instructions of one document, once with each.
 *
 *     json_speed [DOCUMENT [ROUNDS]] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/json_load.h"
#include "base/json_scan.h"
#include "base/prng.h"

#define ROUNDS 300

struct document {
	const char *name;
	void (*write)(struct prng *prng, struct buf *out);
};

/* --- documents --- */

static void add_word(struct prng *prng, struct buf *out)
{
	static const char *const words[] = {"account", " invoice", " login",
	                                    "\\\"",    "ä",        " error 500"};

	buf_puts(out, words[prng_below(prng, ARRAY_LEN(words))]);
}

static void add_words(struct prng *prng, struct buf *out, size_t count)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < count; i++)
		add_word(prng, out);
	buf_putc(out, '"');
}

static void add_token(struct prng *prng, struct buf *out)
{
	buf_puts(out, "{\"token\":");
	add_words(prng, out, 1);
	buf_printf(out, ",\"logprob\":-%.16g,\"bytes\":[%d,%d,%d]", prng_unit(prng) * 20,
	           (int)prng_below(prng, 256), (int)prng_below(prng, 256), 32);
}

static void write_chat_of(struct prng *prng, struct buf *out, int tokens, int top)
{
	buf_puts(out, "{\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
	              "\"assistant\",\"content\":");
	add_words(prng, out, 40);
	buf_puts(out, "},\"logprobs\":{\"content\":[");
	for (int i = 0; i < tokens; i++) {
		buf_puts(out, i > 0 ? "," : "");
		add_token(prng, out);
		buf_puts(out, ",\"top_logprobs\":[");
		for (int j = 0; j < top; j++) {
			buf_puts(out, j > 0 ? "," : "");
			add_token(prng, out);
			buf_putc(out, '}');
		}
		buf_puts(out, "]}");
	}
	buf_puts(out, "]},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":612}}");
}

static void write_chat(struct prng *prng, struct buf *out)
{
	write_chat_of(prng, out, 32, 10);
}

static void write_long_chat(struct prng *prng, struct buf *out)
{
	write_chat_of(prng, out, 1000, 10);
}

static void write_ticket(struct prng *prng, struct buf *out)
{
	buf_printf(out,
	           "{\"id\":%d,\"created_at\":\"2026-11-22T10:00:03Z\",\"type\":null,\"subject\":",
	           (int)prng_below(prng, 1000000));
	add_words(prng, out, 6);
	buf_puts(out, ",\"description\":");
	add_words(prng, out, 60);
	buf_puts(out,
	         ",\"priority\":\"normal\",\"status\":\"new\",\"tags\":[\"a\",\"ai_processed\"],"
	         "\"via\":{\"channel\":\"web\",\"source\":{\"from\":{},\"to\":{}}}");
	for (int i = 0; i < 20; i++)
		buf_printf(out, ",\"member_%d\":%d", i, (int)prng_below(prng, 100000));
	buf_puts(out, ",\"custom_fields\":[");
	for (int i = 0; i < 10; i++)
		buf_printf(out, "%s{\"id\":36000000%d,\"value\":null}", i > 0 ? "," : "", i);
	buf_puts(out, "]}");
}

static void write_put(struct prng *prng, struct buf *out)
{
	buf_puts(out, "{\"ticket\":");
	write_ticket(prng, out);
	buf_putc(out, '}');
}

static void write_page_of(struct prng *prng, struct buf *out, int tickets)
{
	buf_puts(out, "{\"tickets\":[");
	for (int i = 0; i < tickets; i++) {
		buf_puts(out, i > 0 ? "," : "");
		write_ticket(prng, out);
	}
	buf_puts(out, "],\"count\":100}");
}

static void write_page(struct prng *prng, struct buf *out)
{
	write_page_of(prng, out, 100);
}

static void write_long_page(struct prng *prng, struct buf *out)
{
	write_page_of(prng, out, 1000);
}

/* The slowest kind, byte for byte: containers. */
static void write_brackets(struct prng *prng, struct buf *out)
{
	buf_puts(out, "[0");
	for (int i = 0; i < 100000; i++)
		buf_puts(out, prng_below(prng, 2) == 0 ? ",{}" : ",[]");
	buf_putc(out, ']');
}

/* One object whose keys are as many as a document of this size can have. */
static void write_keys(struct prng *prng, struct buf *out)
{
	buf_puts(out, "{\"0\":0");
	for (int i = 1; i < 100000; i++)
		buf_printf(out, ",\"%d\":0", i);
	buf_putc(out, '}');
}

static const struct document documents[] = {{"put", write_put},
                                            {"chat", write_chat},
                                            {"page", write_page},
                                            {"long_chat", write_long_chat},
                                            {"long_page", write_long_page},
                                            {"brackets", write_brackets},
                                            {"keys", write_keys}};

/* --- measuring --- */

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double time_ours(struct str text)
{
	struct err err = {""};
	double begin = now_us();
	struct json *tree = json_parse(text, &err);

	if (!tree)
		fatal("the document is refused: %s", err.text);
	json_free(tree);
	return now_us() - begin;
}

static double time_jansson(struct str text)
{
	struct err err = {""};
	double begin = now_us();

	if (json_scan(text, &err) < 0)
		fatal("the document is refused: %s", err.text);
	json_load_free(json_load(text, false, &err));
	return now_us() - begin;
}

static void measure(const struct document *document, int rounds)
{
	double ours = 1e12, theirs = 1e12;
	struct prng prng;
	struct buf text;

	prng_seed(&prng, 7);
	buf_init(&text, SIZE_MAX);
	document->write(&prng, &text);
	for (int i = 0; i < rounds; i++) {
		double one = time_ours(buf_str(&text)), other = time_jansson(buf_str(&text));

		ours = one < ours ? one : ours;
		theirs = other < theirs ? other : theirs;
	}
	printf("%-10s %8zu bytes  %s %8.1f us (%5.0f MB/s)  jansson %8.1f us (%4.0f MB/s)  %5.1f "
	       "times\n",
	       document->name, text.len, json_library(), ours, (double)text.len / ours, theirs,
	       (double)text.len / theirs, theirs / ours);
	buf_free(&text);
}

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[2]) : ROUNDS;

	json_seed(1);
	for (size_t i = 0; i < ARRAY_LEN(documents); i++)
		if (argc < 2 || strcmp(argv[1], documents[i].name) == 0)
			measure(&documents[i], rounds);
	return 0;
}
