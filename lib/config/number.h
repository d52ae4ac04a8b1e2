/* Numbers with units, as people write them in configuration files. Private to lib/config;
 * independent of the locale. */
#ifndef CONFIG_NUMBER_H
#define CONFIG_NUMBER_H

#include "base/buf.h"
#include "base/clock.h"

/* Parses "0.3", "-1", "12.50": at most 9 digits before and 9 after the point, no exponent, so that
 * parsing what number_write_real() wrote gives the same number. 0, or -1. */
int number_parse_real(struct str text, double *ret) MUST_CHECK;
void number_write_real(struct buf *out, double number);
/* Parses "500ms", "30s", "1.5m", "2h", "1d"; a bare number is seconds. Not negative. 0, or -1. */
int number_parse_duration(struct str text, msec *ret) MUST_CHECK;
/* In the largest unit that divides the span. */
void number_write_duration(struct buf *out, msec span);
/* Parses "64k", "1m", "2g" (powers of 1024); a bare number is bytes. 0, or -1. */
int number_parse_size(struct str text, int64_t *ret) MUST_CHECK;
void number_write_size(struct buf *out, int64_t bytes);

#endif
