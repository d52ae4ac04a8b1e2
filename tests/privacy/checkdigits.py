"""Check digits of the numbers that are planted, from their public definitions: ISO/IEC 7812 (cards), ISO 13616 (IBAN), and what
the issuing authorities publish of their identity numbers. They are computed here, so that no real number is kept as data."""

_VERHOEFF_D = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
               [3, 4, 0, 1, 2, 8, 9, 5, 6, 7], [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
               [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3], [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
               [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]
_VERHOEFF_P = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
for _ in range(6):
    _VERHOEFF_P.append([_VERHOEFF_P[-1][_VERHOEFF_P[1][i]] for i in range(10)])


def luhn_sum(digits):
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total


def luhn(body):
    """The digit that makes body + digit a multiple of ten."""
    return str(-luhn_sum(body + "0") % 10)


def luhn_holds(digits):
    return luhn_sum(digits) % 10 == 0


def iban(country, account):
    """The two digits between country and account: ISO 7064 mod 97-10."""
    number = "".join(str(int(c, 36)) for c in account + country + "00")
    return f"{98 - int(number) % 97:02d}"


def verhoeff(body):
    """Aadhaar: the last of twelve digits."""
    check = 0
    for place, digit in enumerate(reversed(body + "0")):
        check = _VERHOEFF_D[check][_VERHOEFF_P[place % 8][int(digit)]]
    return str(_VERHOEFF_D[check].index(0))


def weighted(body, weights):
    return sum(int(digit) * weight for digit, weight in zip(body, weights))


def pesel(body):
    """Poland: ten digits, weights 1 3 7 9."""
    return str(-weighted(body, (1, 3, 7, 9) * 3) % 10)


def cpf(body):
    """Brazil: nine digits, then two that weigh down from 10 and from 11."""
    for first in (10, 11):
        rest = weighted(body, range(first, 1, -1)) * 10 % 11
        body += str(rest % 10)
    return body[-2:]


def bsn_holds(digits):
    """The Netherlands: nine digits, weights 9 to 2 and -1, a multiple of eleven."""
    return weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def nir(body):
    """France: thirteen signs, with 2A and 2B for Corsica; the key is 97 less the rest."""
    number = int(body.replace("2A", "19").replace("2B", "18"))
    return f"{97 - number % 97:02d}"
