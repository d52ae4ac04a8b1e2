/* Check digits, from their public definitions. */
#include "privacy/id_check.h"

#include <string.h>

#include "base/ascii.h"

static unsigned digit(const char *digits, size_t at)
{
	return (unsigned)(digits[at] - '0');
}

static unsigned two(const char *digits, size_t at)
{
	return digit(digits, at) * 10 + digit(digits, at + 1);
}

static bool all_same(const char *digits, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (digits[i] != digits[0])
			return false;
	return true;
}

static unsigned weighted_sum(const char *digits, const unsigned *weights, size_t count)
{
	unsigned sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += digit(digits, i) * weights[i];
	return sum;
}

/* The last digit is the check digit. */
static bool is_luhn(const char *digits, size_t count)
{
	unsigned sum = 0;
	for (size_t i = 0; i < count; i++) {
		unsigned value = digit(digits, i) * ((count - i) % 2 == 0 ? 2 : 1);
		sum += value > 9 ? value - 9 : value;
	}
	return sum % 10 == 0;
}

bool id_check_nino(const char nino[9])
{
	static const char *const unused[] = {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"};
	char prefix[3] = {(char)(ascii_lower(nino[0]) - 0x20), (char)(ascii_lower(nino[1]) - 0x20),
	                  '\0'};
	char suffix = ascii_lower(nino[8]);
	if (!ascii_is_alpha(nino[0]) || !ascii_is_alpha(nino[1]) || strpbrk(prefix, "DFIQUV") ||
	    prefix[1] == 'O' || suffix < 'a' || suffix > 'd')
		return false;
	for (size_t i = 0; i < sizeof(unused) / sizeof(unused[0]); i++)
		if (strcmp(prefix, unused[i]) == 0)
			return false;
	for (size_t i = 2; i < 8; i++)
		if (!ascii_is_digit(nino[i]))
			return false;
	return true;
}

bool id_check_nir(const char *digits)
{
	unsigned remainder = 0, month = two(digits, 3);
	if ((digits[0] < '1' || digits[0] > '4') && digits[0] != '7' && digits[0] != '8')
		return false;
	/* 20 and more: the month is not known */
	if (month == 0 || (month > 12 && month < 20))
		return false;
	for (size_t i = 0; i < 13; i++)
		remainder = (remainder * 10 + digit(digits, i)) % 97;
	return 97 - remainder == two(digits, 13);
}

bool id_check_bsn(const char *digits)
{
	static const unsigned weights[] = {9, 8, 7, 6, 5, 4, 3, 2};
	unsigned sum = weighted_sum(digits, weights, 8);
	return !all_same(digits, 9) && sum % 11 == digit(digits, 8);
}

bool id_check_pesel(const char *digits)
{
	static const unsigned weights[] = {1, 3, 7, 9, 1, 3, 7, 9, 1, 3};
	unsigned month = two(digits, 2) % 20, day = two(digits, 4);
	return month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
	       (10 - weighted_sum(digits, weights, 10) % 10) % 10 == digit(digits, 10);
}

bool id_check_cpf(const char *digits)
{
	static const unsigned weights[] = {11, 10, 9, 8, 7, 6, 5, 4, 3, 2};
	unsigned first = weighted_sum(digits, weights + 1, 9) * 10 % 11 % 10;
	unsigned second = weighted_sum(digits, weights, 10) * 10 % 11 % 10;
	return !all_same(digits, 11) && first == digit(digits, 9) && second == digit(digits, 10);
}

bool id_check_personnummer(const char *digits)
{
	unsigned month = two(digits, 2), day = two(digits, 4);
	day = day > 60 ? day - 60 : day;
	return month >= 1 && month <= 12 && day >= 1 && day <= 31 && is_luhn(digits, 10);
}

/* Verhoeff: the dihedral group of order 10 and a permutation by position. */
bool id_check_aadhaar(const char *digits)
{
	static const unsigned char products[10][10] = {
	        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
	        {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
	        {4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
	        {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
	        {8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}};
	static const unsigned char permuted[8][10] = {
	        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
	        {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
	        {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
	        {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}};
	unsigned check = 0;
	for (size_t i = 0; i < 12; i++)
		check = products[check][permuted[i % 8][digit(digits, 11 - i)]];
	return digits[0] >= '2' && !all_same(digits, 12) && check == 0;
}

bool id_check_sin(const char *digits)
{
	return digits[0] != '0' && digits[0] != '8' && !all_same(digits, 9) && is_luhn(digits, 9);
}
