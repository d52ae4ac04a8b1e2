/* Fills the templates: see texts.h. All values are invented; numbers have correct check digits, so
 * that validators accept them. */
#include "texts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/prng.h"
#include "templates.h"

#define TEXT_BYTES_MAX (256 * 1024)

struct maker {
	struct prng prng;
	void (*planted)(void *arg, struct str value);
	void *arg;
};

static const char *pick(struct maker *maker, const char *const *from, size_t count)
{
	return from[prng_below(&maker->prng, count)];
}
#define PICK(maker, list) pick(maker, list, ARRAY_LEN(list))

static unsigned below(struct maker *maker, unsigned bound)
{
	return (unsigned)prng_below(&maker->prng, bound);
}

static const char *const first_names[] = {"Anna",  "Ben",   "Carla", "Dmitri", "Elif",
                                          "Farid", "Grace", "Hiro",  "Ines",   "Jonas"};
static const char *const last_names[] = {"Keller", "Lopez", "Meyer", "Novak", "Okafor",
                                         "Petrov", "Quist", "Rossi", "Silva", "Tanaka"};
static const char *const products[] = {"Northwind Desk", "Shopkeeper", "Papertrail", "FleetView",
                                       "the mobile app"};

static void write_email(struct maker *maker, struct buf *out)
{
	static const char *const hosts[] = {"example.com", "example.org", "mail.example.net"};
	buf_printf(out, "%s.%s%u@%s", PICK(maker, first_names), PICK(maker, last_names),
	           below(maker, 1000), PICK(maker, hosts));
}

static void write_phone(struct maker *maker, struct buf *out)
{
	static const char *const forms[] = {"%03u-%03u-%04u",    "(%03u) %03u-%04u",
	                                    "%03u.%03u.%04u",    "%03u %03u %04u",
	                                    "+1 %03u-%03u-%04u", "+1 (%03u) %03u-%04u"};
	unsigned area = 201 + below(maker, 700), middle = 200 + below(maker, 700),
	         last = below(maker, 10000);
	char text[32];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof(text), PICK(maker, forms), area, middle, last);
#pragma GCC diagnostic pop
	buf_puts(out, text);
}

static void write_ssn(struct maker *maker, struct buf *out)
{
	buf_printf(out, "%03u-%02u-%04u", 100 + below(maker, 500), 10 + below(maker, 89),
	           1000 + below(maker, 8999));
}

static char luhn_digit(const char *digits, int count)
{
	int sum = 0;
	for (int i = 0; i < count; i++) {
		int digit = digits[count - 1 - i] - '0';
		if (i % 2 == 0)
			digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	return (char)('0' + (10 - sum % 10) % 10);
}

/* Writes sixteen digits, in groups or not, sometimes in full-width forms. */
static void write_card(struct maker *maker, struct buf *out)
{
	char digits[17] = "4";
	for (int i = 1; i < 15; i++)
		digits[i] = (char)('0' + below(maker, 10));
	digits[15] = luhn_digit(digits, 15);
	const char *between = (const char *const[]){" ", "-", ""}[below(maker, 3)];
	bool wide = below(maker, 8) == 0;
	for (int i = 0; i < 16; i++) {
		if (i && i % 4 == 0)
			buf_puts(out, between);
		if (wide)
			buf_printf(out, "\xef\xbc%c", 0x90 + digits[i] - '0');
		else
			buf_putc(out, digits[i]);
	}
}

static void write_iban(struct maker *maker, struct buf *out)
{
	char account[19];
	for (int i = 0; i < 18; i++)
		account[i] = (char)('0' + below(maker, 10));
	account[18] = '\0';
	char whole[32];
	snprintf(whole, sizeof(whole), "%s131400", account); /* D = 13, E = 14, check digits 00 */
	int rest = 0;
	for (const char *c = whole; *c; c++)
		rest = (rest * 10 + (*c - '0')) % 97;
	bool grouped = below(maker, 2);
	buf_printf(out, "DE%02d", 98 - rest);
	for (int i = 0; i < 18; i++) {
		if (grouped && i % 4 == 0)
			buf_putc(out, ' ');
		buf_putc(out, account[i]);
	}
}

static void write_ip(struct maker *maker, struct buf *out)
{
	if (below(maker, 4) == 0)
		buf_printf(out, "2001:db8:%x:%x::%x", 0x1000 + below(maker, 0xe000),
		           0x1000 + below(maker, 0xe000), 0x1000 + below(maker, 0xe000));
	else
		buf_printf(out, "203.0.113.%u", 10 + below(maker, 245));
}

static void write_random(struct maker *maker, struct buf *out, const char *prefix, int count)
{
	static const char letters[] =
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	buf_puts(out, prefix);
	for (int i = 0; i < count; i++)
		buf_putc(out, letters[below(maker, sizeof(letters) - 1)]);
}

static void write_key(struct maker *maker, struct buf *out)
{
	static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	switch (below(maker, 2)) {
	case 0: write_random(maker, out, "sk-", 40); break;
	default:
		buf_puts(out, "AKIA");
		for (int i = 0; i < 16; i++)
			buf_putc(out, capitals[below(maker, sizeof(capitals) - 1)]);
	}
}

static void write_password(struct maker *maker, struct buf *out)
{
	write_random(maker, out, "Tr0ub4", 8);
	buf_putc(out, '!');
}

struct slot {
	const char *name;
	void (*write)(struct maker *maker, struct buf *out);
};
static const struct slot personal_slots[] = {{"email", write_email}, {"phone", write_phone},
                                             {"ssn", write_ssn},     {"card", write_card},
                                             {"iban", write_iban},   {"ip", write_ip},
                                             {"key", write_key},     {"password", write_password}};

static void write_plain_slot(struct maker *maker, struct str name, struct buf *out)
{
	if (str_eq(name, STR("product")))
		buf_puts(out, PICK(maker, products));
	else if (str_eq(name, STR("name")))
		buf_printf(out, "%s %s", PICK(maker, first_names), PICK(maker, last_names));
	else if (str_eq(name, STR("order")))
		buf_printf(out, "#%06u", below(maker, 1000000));
	else if (str_eq(name, STR("days")))
		buf_printf(out, "%u", 2 + below(maker, 12));
	else if (str_eq(name, STR("amount")))
		buf_printf(out, "$%u.%02u", 5 + below(maker, 300), below(maker, 100));
	else /* not a slot: copied unchanged */
		buf_printf(out, "{" STR_FMT "}", STR_ARG(name));
}

/* The part of a value that must not reach a model: of a phone number the national part; a country
 * code may. */
static struct str essential(struct str slot, struct str value)
{
	return str_eq(slot, STR("phone")) && str_starts(value, STR("+1 ")) ? str_skip(value, 3)
	                                                                   : value;
}

static void write_slot(struct maker *maker, struct str name, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(personal_slots); i++) {
		if (!str_eq(name, str_of(personal_slots[i].name)))
			continue;
		size_t start = out->len;
		personal_slots[i].write(maker, out);
		maker->planted(maker->arg,
		               essential(name, str_make(out->data + start, out->len - start)));
		return;
	}
	write_plain_slot(maker, name, out);
}

static bool slot_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!islower((unsigned char)name.data[i]))
			return false;
	return name.len > 0;
}

static void fill(struct maker *maker, const char *template, struct buf *out)
{
	struct str rest = str_of(template);
	while (rest.len) {
		ptrdiff_t open = str_find_char(rest, '{');
		ptrdiff_t close = open < 0 ? -1 : str_find_char(str_skip(rest, (size_t)open), '}');
		if (close < 0) {
			buf_add_str(out, rest);
			return;
		}
		struct str name = str_make(rest.data + open + 1, (size_t)close - 1);
		if (slot_name(name)) {
			buf_add(out, rest.data, (size_t)open);
			write_slot(maker, name, out);
			rest = str_skip(rest, (size_t)(open + close) + 1);
		} else {
			buf_add(out, rest.data, (size_t)open + 1);
			rest = str_skip(rest, (size_t)open + 1);
		}
	}
}

/* Writes a mail thread that grew over weeks: up to some 30 KB. */
static void make_long(struct maker *maker, struct buf *out)
{
	unsigned parts = 20 + below(maker, 120);
	for (unsigned i = 0; i < parts; i++) {
		buf_puts(out, "\n\n> ");
		fill(maker, plain_templates[below(maker, ARRAY_LEN(plain_templates))].description,
		     out);
	}
}

static void start(struct maker *maker, uint64_t seed, uint64_t id, struct made_text *ret)
{
	prng_seed(&maker->prng, seed * 0x9e3779b97f4a7c15u + id);
	ret->no_subject = false;
	buf_init(&ret->subject, TEXT_BYTES_MAX);
	buf_init(&ret->description, TEXT_BYTES_MAX);
}

void text_make(uint64_t seed, uint64_t id, struct made_text *ret,
               void (*planted)(void *arg, struct str value), void *arg)
{
	struct maker maker = {.planted = planted, .arg = arg};
	start(&maker, seed, id, ret);
	unsigned kind = below(&maker, 100);
	const struct template *template;
	if (kind < 60)
		template = &plain_templates[below(&maker, ARRAY_LEN(plain_templates))];
	else if (kind < 90)
		template = &personal_templates[below(&maker, ARRAY_LEN(personal_templates))];
	else
		template = &hostile_templates[below(&maker, ARRAY_LEN(hostile_templates))];
	fill(&maker, template->subject, &ret->subject);
	fill(&maker, template->description, &ret->description);
	ret->no_subject = ret->subject.len == 0 && below(&maker, 2);
	if (below(&maker, 50) == 0)
		make_long(&maker, &ret->description);
}

void text_make_sized(uint64_t seed, uint64_t id, size_t bytes, struct made_text *ret)
{
	struct maker maker = {0};
	start(&maker, seed, id, ret);
	fill(&maker, "Ticket about {product} {order}", &ret->subject);
	while (ret->description.len < bytes)
		/* only the ASCII templates */
		buf_puts(&ret->description, plain_templates[below(&maker, 18)].description);
	ret->description.len = bytes;
	ret->description.data[bytes] = '\0';
}
