"""Telephone numbers as people write them, by country: (code, forms that show by themselves what they are, forms that need a word,
digits alone, forms after the code of the country). By itself shows a bracket, a leading zero with gaps, the grouping of North
America. In a form digits stand, `N` is 2 to 9 and `X` 0 to 9. The codes of areas and mobile nets are ones in use (numbering plans
of the regulators, libphonenumber's published metadata)."""

import re

PLANS = {
    "US": ("1", ["(212) NXX-XXXX", "415-NXX-XXXX", "617.NXX.XXXX", "1-303-NXX-XXXX", "(646)NXX-XXXX", "(305) NXX XXXX",
                 "1 (702) NXX-XXXX"],
           ["213 NXX XXXX"], ["206NXXXXXX"], ["512 NXX XXXX", "(718) NXX-XXXX", "404-NXX-XXXX", "312.NXX.XXXX", "480NXXXXXX"]),
    "CA": ("1", ["(416) NXX-XXXX", "514-NXX-XXXX", "604.NXX.XXXX", "1-780-NXX-XXXX"],
           ["613 NXX XXXX"], ["905NXXXXXX"], ["647 NXX XXXX", "(403) NXX-XXXX", "902-NXX-XXXX"]),
    "GB": ("44", ["020 7NXX XXXX", "07911 NXXXXX", "(0161) 4NX XXXX", "07700 NXX XXX", "0131-5NX-XXXX", "01223 NXXXXX",
                  "07400-NXXXXX"],
           [], ["07911NXXXXX", "0207NXXXXXX"], ["20 7NXX XXXX", "7911 NXXXXX", "(0) 7911 NXXXXX", "(20) 7NXX XXXX",
                                                "7400NXXXXX"]),
    "IE": ("353", ["087 NXX XXXX", "(01) 6NX XXXX", "085-NXX-XXXX", "01 4NX XXXX", "086 NXXXXXX"],
           [], ["087NXXXXXX"], ["87 NXX XXXX", "(0)85 NXX XXXX", "1 6NX XXXX", "86NXXXXXX"]),
    "AU": ("61", ["04NX XXX XXX", "(02) 9NXX XXXX", "03 9NXX XXXX", "04NX-XXX-XXX", "(07) 3NXX XXXX"],
           [], ["04NXXXXXXX"], ["4NX XXX XXX", "2 9NXX XXXX", "(0)3 9NXX XXXX", "4NXXXXXXX"]),
    "NZ": ("64", ["021 NXX XXX", "(09) 3NX XXXX", "027 NXX XXXX", "04-4NX XXXX"], [], ["021NXXXXX", "027NXXXXXX"],
           ["21 NXX XXX", "9 3NX XXXX", "27NXXXXXX"]),
    "ZA": ("27", ["082 NXX XXXX", "(011) 7NX-XXXX", "071-NXX-XXXX", "021 4NX XXXX"], [], ["083NXXXXXX"],
           ["82 NXX XXXX", "(0)11 7NX XXXX", "71NXXXXXX"]),
    "IN": ("91", ["098765-NXXXX", "022-2NXX XXXX", "(011) 2NXX XXXX"], ["98765 NXXXX", "99-NXX-XXXXX", "9XXX-NXX-XXX",
                                                                        "80 4NXX XXXX"],
           ["98NXXXXXXX", "70NXXXXXXX", "098NXXXXXXX"], ["98765 NXXXX", "99NXXXXXXX", "22 2NXX XXXX", "9845-NXX-XXX"]),
    "DE": ("49", ["0176 NXXXXXXX", "0151/NXXXXXXX", "(030) NXXXXXX", "0171-NXXXXXX", "089 / NX XX XX", "040 NXX XX XX",
                  "0221 NXXXXX-0",
                  "030/NX XX XX XX", "0160 NXX XX XX"], [], ["0176NXXXXXXX", "030NXXXXXX", "0171NXXXXXX"],
           ["176 NXXXXXXX", "(0) 151 NXXXXXXX", "30 NXXXXXX", "(0)89/NXXXXXX", "171-NXXXXXX", "160NXXXXXXX", "221 NXX XX-0"]),
    "AT": ("43", ["0664 NXXXXXX", "01/5NX XX XX", "0676/NXX XX XX", "(01) 5NXXXXX", "0699 1NXX XXXX"], [], ["0664NXXXXXX"],
           ["664 NXXXXXX", "(0)1 5NXXXXX", "676NXXXXXX"]),
    "CH": ("41", ["079 NXX XX XX", "044 NXX XX XX", "078-NXX-XX-XX", "(031) NXX XX XX", "076/NXX XX XX"], [], ["079NXXXXXX"],
           ["79 NXX XX XX", "(0)44 NXX XX XX", "76NXXXXXX"]),
    "FR": ("33", ["06 NX XX XX XX", "01.4N.XX.XX.XX", "07-NX-XX-XX-XX", "01 42 NX XX XX", "05.56.NX.XX.XX"], [],
           ["06NXXXXXXX", "014NXXXXXX"],
           ["6 NX XX XX XX", "(0)1 4N XX XX XX", "7NXXXXXXX", "6.NX.XX.XX.XX"]),
    "BE": ("32", ["0475 NX XX XX", "02 5NX XX XX", "0486/NX.XX.XX", "03/2NX.XX.XX", "(02) 5NX XX XX"], [], ["0475NXXXXX"],
           ["475 NX XX XX", "(0)2 5NX XX XX", "486NXXXXX"]),
    "NL": ("31", ["06 NXXXXXXX", "06-NXXXXXXX", "020-6NXXXXX", "(010) 4NX XX XX", "06 NX XX XX XX", "0343-5NXXXX"], [],
           ["06NXXXXXXX"],
           ["6 NXXXXXXX", "(0)20 6NXXXXX", "6NXXXXXXX"]),
    "LU": ("352", [], ["621 NXX XXX", "691 NXX XXX", "2N XX XX XX"], ["621NXXXXX"], ["621 NXX XXX", "2N XX XX XX", "691NXXXXX"]),
    "ES": ("34", [], ["612 NX XX XX", "91 NXX XX XX", "655-NXX-XXX", "93.NXX.XX.XX", "634 NXX XXX"], ["612NXXXXX", "91NXXXXXX"],
           ["612 NX XX XX", "91 NXX XX XX", "655NXXXXX"]),
    "PT": ("351", [], ["912 NXX XXX", "21 3NX XX XX", "96 NXX XX XX", "933-NXX-XXX"], ["912NXXXXX"],
           ["912 NXX XXX", "21 3NX XX XX", "96NXXXXXX"]),
    "IT": ("39", ["02 4NXX XXXX", "06-8NXXXXXX", "051 NXXXXX", "(011) 5NXXXXX", "06 4NX XXXXX"], ["333 NXX XXXX", "347-NXXXXXX",
                                                                                                  "349.NXX.XX.XX"],
           ["333NXXXXXX", "024NXXXXXX"], ["333 NXX XXXX", "02 4NXX XXXX", "347NXXXXXX"]),
    "PL": ("48", [], ["512 NXX XXX", "601-NXX-XXX", "22 6NX XX XX", "(22) 6NX-XX-XX"], ["512NXXXXX"],
           ["512 NXX XXX", "22 6NX XX XX", "601NXXXXX"]),
    "CZ": ("420", [], ["602 NXX XXX", "777 NXX XXX", "224 NXX XXX", "731-NXX-XXX"], ["602NXXXXX"], ["602 NXX XXX", "224 NXX XXX",
                                                                                                    "777NXXXXX"]),
    "SE": ("46", ["070-NXX XX XX", "08-5NX XXX XX", "073 NXX XX XX", "031-7NX XX XX", "(08) 5NXXXXXX"], [], ["070NXXXXXX"],
           ["70 NXX XX XX", "(0)8 5NX XXX XX", "73NXXXXXX"]),
    "NO": ("47", [], ["412 NX XXX", "22 NX XX XX", "9NX XX XXX", "45 NX XX XX"], ["412NXXXX", "22NXXXXX"],
           ["412 NX XXX", "22 NX XX XX", "9NXXXXXX"]),
    "DK": ("45", [], ["20 NX XX XX", "31 NX XX XX", "33-NX-XX-XX", "28 NX XX XX"], ["20NXXXXX"], ["20 NX XX XX", "33 NX XX XX",
                                                                                                  "31NXXXXX"]),
    "FI": ("358", ["040 NXX XXXX", "050-NXX XXXX", "(09) NXX XXX", "045 NXX XX XX", "0400 NXXXXX"], [], ["040NXXXXXX"],
           ["40 NXX XXXX", "(0)9 NXX XXX", "50NXXXXXX"]),
    "BR": ("55", ["(11) 9NXXX-XXXX", "(21) 3NXX-XXXX", "(31) 9 NXXX-XXXX", "(41)9NXXX-XXXX"], ["11 9NXXX-XXXX", "11 9NXXX XXXX"],
           ["119NXXXXXXX"],
           ["11 9NXXX-XXXX", "(21) 3NXX-XXXX", "119NXXXXXXX"]),
    "MX": ("52", ["(55) 5NXX XXXX", "(81) 8NXX-XXXX"], ["55 5NXX XXXX", "33 3NXX XXXX", "818-NXX-XXXX"], ["555NXXXXXX"],
           ["55 5NXX XXXX", "1 55 5NXX XXXX", "333NXXXXXX"]),
    "AR": ("54", ["(011) 4NXX-XXXX", "011 4NXX-XXXX", "(0341) 4NX-XXXX", "011 15-5NXX-XXXX"], ["11 4NXX-XXXX"], ["114NXXXXXX"],
           ["11 4NXX-XXXX", "9 11 5NXX-XXXX", "9115NXXXXXX"]),
    "JP": ("81", ["090-NXXX-XXXX", "03-5NXX-XXXX", "080 NXXX XXXX", "(06) 6NXX-XXXX", "03(5NXX)XXXX"], [], ["090NXXXXXXX"],
           ["90-NXXX-XXXX", "3-5NXX-XXXX", "(0)90 NXXX XXXX", "80NXXXXXXX"]),
    "KR": ("82", ["010-NXXX-XXXX", "02-3NXX-XXXX", "010 NXXX XXXX", "02) 7NX-XXXX"], [], ["010NXXXXXXX"],
           ["10-NXXX-XXXX", "2-3NXX-XXXX", "10NXXXXXXX"]),
    "SG": ("65", [], ["9NXX XXXX", "8NXX XXXX", "6NXX-XXXX"], ["9NXXXXXX"], ["9NXX XXXX", "6NXX XXXX", "8NXXXXXX"]),
}
HOME = {"en": "US GB CA IE AU NZ ZA IN SG", "de": "DE AT CH LU", "fr": "FR BE CH CA LU", "es": "ES MX AR", "pt": "PT BR",
        "it": "IT CH",
        "nl": "NL BE", "pl": "PL", "sv": "SE FI", "da": "DK", "fi": "FI", "cs": "CZ"}
EVERYWHERE = "NO JP KR BR MX AR IN SG ZA NZ"


def filled(chance, form):
    sets = {"N": "23456789", "X": "0123456789"}
    while True:
        number = re.sub("[NX]", lambda m: chance.choice(sets[m.group()]), form)
        digits = re.sub(r"\D", "", number)
        # N11 is no exchange of North America; long rows of one digit are nobody's number.
        if not re.search(r"(\d)\1{4}", digits) and not re.search(r"\D[2-9]11[-. ]\d{4}$", number):
            return number


def country(chance, language):
    return chance.choice((EVERYWHERE if chance.random() < 0.25 else HOME[language]).split())


def clear(chance, language):
    """(number, country) in a form of the country that nothing announces; None where the country has none."""
    for _ in range(50):
        land = country(chance, language)
        if PLANS[land][1]:
            return filled(chance, chance.choice(PLANS[land][1])), land
    land = "FR"
    return filled(chance, chance.choice(PLANS[land][1])), land


def plain(chance, language):
    land = country(chance, language)
    return filled(chance, chance.choice(PLANS[land][2] + PLANS[land][1])), land


def bare(chance, language):
    land = country(chance, language)
    return filled(chance, chance.choice(PLANS[land][3])), land


def abroad(chance, language):
    land = country(chance, language)
    code, number = PLANS[land][0], filled(chance, chance.choice(PLANS[land][4]))
    if re.search(r"\D", number):
        start = chance.choice(["+{} ", "+{} ", "+{}-", "00{} ", "(+{}) ", "+{}."] if number[0] != "(" else ["+{} ", "00{} "])
        if land in ("US", "CA", "KR", "JP") and start.startswith("00"):
            start = "+{} "
    else:
        start = chance.choice(["+{}", "+{}", "00{}", "+{} "])
        if land in ("US", "CA", "KR", "JP"):
            start = "+{}"
    return start.format(code) + number, land


def twins(land, number):
    """The same line at home and from abroad, for a ticket that has both: (national, international), digits alone."""
    code = PLANS[land][0]
    digits = re.sub(r"\D", "", number)
    return digits, "+" + code + (digits[1:] if digits[0] == "0" and land != "IT" else digits)
