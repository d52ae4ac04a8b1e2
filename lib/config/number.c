/* Reads and writes numbers with units. A decimal is read as a whole number and a power of ten,
 * which is exact and the same in every locale. */
#include "config/number.h"

#include <stdio.h>
#include <string.h>

#define DIGITS_MAX 9

struct unit {
	const char *name;
	int64_t factor;
};

/* From large to small, for writing; "" is what a bare number means. */
static const struct unit duration_units[] = {
        {"d", 24 * MSEC_HOUR}, {"h", MSEC_HOUR}, {"m", MSEC_MINUTE},
        {"s", MSEC_SECOND},    {"ms", 1},        {"", MSEC_SECOND}};
static const struct unit size_units[] = {{"g", 1 << 30}, {"m", 1 << 20}, {"k", 1 << 10}, {"", 1}};

/* Reads digits at the start of `*text` and moves it past them; returns how many, or -1 for more
 * than DIGITS_MAX. */
static int take_digits(struct str *text, int64_t *number)
{
	int count = 0;

	while (text->len > 0 && ascii_is_digit(text->data[0])) {
		if (++count > DIGITS_MAX)
			return -1;
		*number = *number * 10 + (text->data[0] - '0');
		*text = str_skip(*text, 1);
	}
	return count;
}

/* Reads an unsigned decimal at the start of `*text`: `*number` / `*scale`. 0, or -1. */
static int take_decimal(struct str *text, int64_t *number, int64_t *scale)
{
	*number = 0;
	*scale = 1;
	if (take_digits(text, number) < 1)
		return -1;
	if (text->len == 0 || text->data[0] != '.')
		return 0;
	*text = str_skip(*text, 1);
	int decimals = take_digits(text, number);
	if (decimals < 1)
		return -1;
	for (int i = 0; i < decimals; i++)
		*scale *= 10;
	return 0;
}

int number_parse_real(struct str text, double *ret)
{
	int64_t number, scale;
	bool negative = text.len > 0 && text.data[0] == '-';

	if (negative)
		text = str_skip(text, 1);
	if (take_decimal(&text, &number, &scale) < 0 || text.len > 0)
		return -1;
	*ret = (double)number / (double)scale;
	if (negative)
		*ret = -*ret;
	return 0;
}

void number_write_real(struct buf *out, double number)
{
	char text[64];
	int64_t whole, scaled = (int64_t)(number * 1e9 + (number < 0 ? -0.5 : 0.5));

	if (scaled < 0) {
		buf_putc(out, '-');
		scaled = -scaled;
	}
	whole = scaled / 1000000000;
	snprintf(text, sizeof(text), "%lld.%09lld", (long long)whole,
	         (long long)(scaled % 1000000000));
	size_t len = strlen(text);
	while (text[len - 1] == '0')
		len--;
	if (text[len - 1] == '.')
		len--;
	buf_add(out, text, len);
}

static int parse_with_unit(struct str text, const struct unit *units, size_t count, int64_t *ret)
{
	int64_t number, scale;

	if (take_decimal(&text, &number, &scale) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (!str_ieq(text, str_of(units[i].name)))
			continue;
		/* number < 10^18, so the product may not fit: the limit is checked first. */
		if (number / scale > INT64_MAX / units[i].factor / 2)
			return -1;
		*ret = number / scale * units[i].factor +
		       (int64_t)((double)(number % scale) * (double)units[i].factor /
		                         (double)scale +
		                 0.5);
		return 0;
	}
	return -1;
}

static void write_with_unit(struct buf *out, const struct unit *units, int64_t number)
{
	const struct unit *unit = units;

	/* Zero has no largest unit; every table ends in a unit of factor 1. */
	while (unit->factor > 1 && (number == 0 || number % unit->factor != 0))
		unit++;
	buf_printf(out, "%lld%s", (long long)(number / unit->factor), unit->name);
}

int number_parse_duration(struct str text, msec *ret)
{
	return parse_with_unit(text, duration_units, ARRAY_LEN(duration_units), ret);
}

void number_write_duration(struct buf *out, msec span)
{
	if (span == 0)
		buf_puts(out, "0s");
	else
		write_with_unit(out, duration_units, span);
}

int number_parse_size(struct str text, int64_t *ret)
{
	return parse_with_unit(text, size_units, ARRAY_LEN(size_units), ret);
}

void number_write_size(struct buf *out, int64_t bytes)
{
	write_with_unit(out, size_units, bytes);
}
