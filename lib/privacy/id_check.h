/* The check digits of national identity numbers: pure functions over the digits without separators.
 * Private to this folder: users include redact.h. Each returns whether the number can have been
 * issued: its check digits are right, and a date or range in it exists. The source of each rule is
 * named with it. */
#ifndef PRIVACY_ID_CHECK_H
#define PRIVACY_ID_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* United Kingdom, two letters, six digits, one letter: HMRC's manual NIM39110. */
bool id_check_nino(const char nino[9]);
/* France, 15 digits: INSEE, remainder mod 97 of the first 13. */
bool id_check_nir(const char *digits);
/* Netherlands, 9 digits: the "elfproef" of the Logisch Ontwerp BSN. */
bool id_check_bsn(const char *digits);
/* Poland, 11 digits: weights 1 3 7 9, and a date of birth with the century in its month. */
bool id_check_pesel(const char *digits);
/* Brazil, 11 digits: Receita Federal, two check digits mod 11. */
bool id_check_cpf(const char *digits);
/* Sweden, 10 digits: Skatteverket SKV 704, Luhn, and a date (day + 60: a coordination number). */
bool id_check_personnummer(const char *digits);
/* India, 12 digits that begin with 2 to 9: UIDAI, Verhoeff's check digit. */
bool id_check_aadhaar(const char *digits);
/* Canada, 9 digits that do not begin with 0 or 8: Luhn. */
bool id_check_sin(const char *digits);

#endif
