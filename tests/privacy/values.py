"""Personal values that are made, not found: people, cards, accounts, identity numbers, addresses of machines. Each maker gives the
value in a form that people write, the name of that form, and what may not be left of it."""

import re
import string

import checkdigits

FIRST = ("anna bjorn carla dieter elena fabio greta hanna ivan jana karel lucia marek nadia olga pablo quentin rosa "
         "stefan tanja ulrich vera wanda xavier yara zuzana marta sven ingrid pavel").split()
LAST = ("ahlberg brandt carvalho dvorak eriksen fontana garnier hoekstra ilves jansen kowalska lindqvist moreau novotny "
        "olsen pereira quaresma rinne santoro tielemans ulmer vasquez winkler ylonen zielinska keller nystrom").split()
HOSTS = ("mailbox.example posteo.example web-mail.example.net kunde.example.org brandt-bau.example.de atelier.example.fr "
         "correo.example.es posta.example.it poczta.example.pl post.example.dk mail.example.co.uk example.com "
         "firma.example.com").split()


def draw(chance, letters, length):
    return "".join(chance.choice(letters) for _ in range(length))


def digits(chance, length, first="123456789"):
    return chance.choice(first) + draw(chance, string.digits, length - 1)


def grouped(text, *sizes, by=" "):
    parts, at = [], 0
    while at < len(text):
        size = sizes[min(len(parts), len(sizes) - 1)]
        parts.append(text[at:at + size])
        at += size
    return by.join(parts)


def mail(chance):
    """(address, form, what may not be left)."""
    first, last, number = chance.choice(FIRST), chance.choice(LAST), chance.randrange(10, 99)
    form = chance.choice("dotted dotted plus number short hyphen capital under quoted idn".split())
    host = chance.choice(HOSTS)
    local = {"dotted": f"{first}.{last}", "plus": f"{first}.{last}+shop{number}", "number": f"{last}{number}",
             "short": f"{first[0]}.{last}", "hyphen": f"{first}-{last}", "capital": f"{first.title()}.{last.title()}",
             "under": f"{first}_{last}{number}", "quoted": f'"{first} {last}"', "idn": f"{first}.{last}"}[form]
    if form == "idn":
        host = chance.choice(["müller-söhne.example.de", "garçon.example.fr", "łódź.example.pl", "señal.example.es"])
    return f"{local}@{host}", form, [local.strip('"')]


def veiled(chance):
    first, last = chance.choice(FIRST), chance.choice(LAST)
    host = chance.choice(HOSTS)
    local = chance.choice([f"{first}.{last}", f"{first}{chance.randrange(10, 99)}", f"{first}-{last}"])
    form, at, dot = chance.choice([
        ("(at)", "(at)", "."), (" (at) ", " (at) ", "."), ("[at]", "[at]", "."), (" [at] [dot]", " [at] ", " [dot] "),
        ("(at)(dot)", "(at)", "(dot)"), (" @ ", " @ ", "."), (" at dot ", " at ", " dot "), ("{at}", "{at}", "."),
        ("<at>", "<at>", "."), (" AT DOT ", " AT ", " DOT "), ("_at_", "_at_", "."), (" (@) ", " (@) ", "."),
        ("break after @", "@\n", "."), ("[@]", "[@]", "."),
        (" @ . ", " @ ", " . "), ("(at) [punkt]", " (at) ", " [punkt] "), ("(arroba)", "(arroba)", ".")])
    shown = local if dot in (".", " . ") else local.replace(".", dot)
    return f"{shown}{at}{host.replace('.', dot)}", form, [shown]


def card(chance):
    """(number, form, the digits)."""
    master = (f"5{chance.randrange(1, 6)}", 16), (f"2{chance.randrange(221, 721)}", 16)
    start, length = chance.choice([("4", 16), ("4", 16), *master, ("37", 15), ("34", 15), ("6011", 16), ("3528", 16), ("36", 14)])
    body = start + draw(chance, string.digits, length - len(start) - 1)
    number = body + checkdigits.luhn(body)
    form = chance.choice("together spaces spaces dashes dots nbsp".split())
    by = {"spaces": " ", "dashes": "-", "dots": ".", "nbsp": "\u00a0"}.get(form)
    if by is None:
        return number, form, number
    return grouped(number, *((4, 6, 5) if length != 16 else (4,)), by=by), form, number


_ACCOUNTS = {"DE": "N18", "FR": "N10X11N2", "GB": "A4N14", "ES": "N20", "IT": "A1N10X12", "NL": "A4N10", "BE": "N12", "AT": "N16",
             "CH": "N5X12", "PL": "N24", "PT": "N21", "SE": "N20", "DK": "N14", "FI": "N14", "CZ": "N20", "IE": "A4N14",
             "LU": "N3X13", "NO": "N11"}


def iban(chance):
    country = chance.choice(sorted(_ACCOUNTS))
    sets = {"N": string.digits, "A": string.ascii_uppercase, "X": string.digits}
    account = "".join(draw(chance, sets[kind], int(count)) for kind, count in re.findall(r"([NAX])(\d+)", _ACCOUNTS[country]))
    number = country + checkdigits.iban(country, account) + account
    form = chance.choice("together spaces spaces dashes small nbsp".split())
    shown = {"together": number, "small": number.lower()}.get(form)
    if shown is None:
        shown = grouped(number, 4, by={"spaces": " ", "dashes": "-", "nbsp": "\u00a0"}[form])
    return shown, form, number


def _day(chance, low=1945, high=2004):
    return chance.randrange(low, high), chance.randrange(1, 13), chance.randrange(1, 29)


def ssn(chance):
    area = chance.choice([n for n in range(101, 899) if n != 666])
    number = f"{area:03d}{chance.randrange(1, 99):02d}{chance.randrange(1, 9999):04d}"
    form = chance.choice("dashes dashes spaces together".split())
    by = {"dashes": "-", "spaces": " ", "together": ""}[form]
    return grouped(number, 3, 2, 4, by=by), form, number


def nino(chance):
    first = chance.choice("ABCEGHJKLMNOPRSTWXYZ") + chance.choice("ABCEGHJKLMNPRSTWXYZ")
    if first in ("BG", "GB", "NK", "KN", "TN", "NT", "ZZ"):
        first = "AB"
    number = first + draw(chance, string.digits, 6) + chance.choice("ABCD")
    form = chance.choice("spaces together small dashes".split())
    shown = grouped(number, 2, by={"spaces": " ", "dashes": "-"}.get(form, ""))
    return (shown.lower() if form == "small" else shown), form, number


def nir(chance):
    year, month, _ = _day(chance)
    place = chance.choice(["2A", "2B"]) if chance.random() < 0.05 else f"{chance.randrange(1, 96):02d}"
    body = f"{chance.choice('12')}{year % 100:02d}{month:02d}{place}{chance.randrange(1, 600):03d}{chance.randrange(1, 999):03d}"
    number = body + checkdigits.nir(body)
    form = chance.choice(["spaces", "together", "key apart"])
    sizes = {"spaces": (1, 2, 2, 2, 3, 3, 2), "together": (15,), "key apart": (13, 2)}[form]
    return grouped(number, *sizes), form, number


def bsn(chance):
    while True:
        number = digits(chance, 9)
        if checkdigits.bsn_holds(number):
            form = chance.choice("together together dots spaces".split())
            sizes, by = {"together": ((9,), ""), "dots": ((4, 2, 3), "."), "spaces": ((3,), " ")}[form]
            return grouped(number, *sizes, by=by), form, number


def pesel(chance):
    year, month, day = _day(chance, 1945, 2005)
    body = f"{year % 100:02d}{month + (20 if year > 1999 else 0):02d}{day:02d}" + draw(chance, string.digits, 4)
    return body + checkdigits.pesel(body), "together", body + checkdigits.pesel(body)


def cpf(chance):
    body = digits(chance, 9)
    number = body + checkdigits.cpf(body)
    form = chance.choice("points points together dash".split())
    shown = {"points": f"{grouped(number[:9], 3, by='.')}-{number[9:]}", "together": number, "dash": f"{number[:9]}-{number[9:]}"}
    return shown[form], form, number


def personnummer(chance):
    year, month, day = _day(chance)
    body = f"{year % 100:02d}{month:02d}{day:02d}" + draw(chance, string.digits, 3)
    number = body + checkdigits.luhn(body)
    form = chance.choice("dash dash century century-dash together".split())
    shown = f"{number[:6]}-{number[6:]}" if "dash" in form else number
    if "century" in form:
        shown = f"{year // 100}{shown}"
    return shown, form, number


def aadhaar(chance):
    body = digits(chance, 11, "23456789")
    number = body + checkdigits.verhoeff(body)
    form = chance.choice("spaces spaces together dashes".split())
    return {"spaces": grouped(number, 4), "together": number, "dashes": grouped(number, 4, by="-")}[form], form, number


def sin(chance):
    body = digits(chance, 8, "1234567")
    number = body + checkdigits.luhn(body)
    form = chance.choice("spaces dashes together".split())
    return {"spaces": grouped(number, 3), "dashes": grouped(number, 3, by="-"), "together": number}[form], form, number


def passport(chance):
    letters = "CFGHJKLMNPRTVWXYZ"
    form = chance.choice("nine letter two-letters german french".split())
    number = {"nine": digits(chance, 9), "letter": chance.choice("ABCEPX") + digits(chance, 8),
              "two-letters": draw(chance, "ABEFKPXY", 2) + digits(chance, 7),
              "german": chance.choice("CFGHJK") + digits(chance, 1) + draw(chance, letters + string.digits, 3) + digits(chance,
                                                                                                                        4),
              "french": digits(chance, 2) + draw(chance, "ABCDEFHKPRT", 2) + digits(chance, 5)}[form]
    return number, form, number


def birth(chance, months):
    """A day as people write it; the names of the months are those of the language."""
    year, month, day = _day(chance, 1946, 2006)
    form = chance.choice("d.m.y iso d/m/y d-m-y words words dd.mm.yy".split())
    shown = {"d.m.y": f"{day:02d}.{month:02d}.{year}", "iso": f"{year}-{month:02d}-{day:02d}",
             "d/m/y": f"{day:02d}/{month:02d}/{year}", "d-m-y": f"{day:02d}-{month:02d}-{year}",
             "words": months[1].format(d=day, m=months[0].split()[month - 1], y=year),
             "dd.mm.yy": f"{day:02d}.{month:02d}.{year % 100:02d}"}[form]
    return shown, form, shown


def mac(chance):
    pairs = [f"{chance.randrange(256) & 0xfe if i == 0 else chance.randrange(256):02x}" for i in range(6)]
    number = "".join(pairs)
    if number.isdigit() or number.isalpha():
        return mac(chance)
    form = chance.choice("colons colons dashes dots capital bare".split())
    shown = {"colons": ":".join(pairs), "dashes": "-".join(pairs).upper(), "dots": grouped(number, 4, by="."),
             "capital": ":".join(pairs).upper(), "bare": number.upper()}[form]
    return shown, form, number


def ip(chance):
    """IPv4 that no version looks like, and IPv6 in its long, short and mixed forms."""
    form = chance.choice("v4 v4 v4 v4-home v6 v6-short v6-mixed".split())
    last = [str(chance.randrange(16, 254)) for _ in range(3)]
    if form == "v4":
        return ".".join([chance.choice("81 92 109 145 178 188 203 213".split())] + last), form, None
    if form == "v4-home":
        return chance.choice(["192.168.{0}.{1}", "10.{0}.17.{1}", "172.16.{0}.{1}"]).format(*last), form, None
    if form == "v6-mixed":
        return "::ffff:81." + ".".join(last), form, None
    words = [f"{chance.randrange(0x1000, 0xffff):x}" for _ in range(6)]
    start = chance.choice(["2a02:8108", "2001:9e8", "2003:c7", "2a01:cb00"])
    return (f"{start}:{':'.join(words)}" if form == "v6" else f"{start}:{words[0]}::{words[1]}"), form, None


def password(chance):
    """Not a word of any language: mixed, with signs, or long; those of letters alone look like what they are."""
    word = chance.choice("Sommer Zima Verano Hiver Fiets Lato Kesa Leto Storm Tiger Falke Kamel".split())
    form = chance.choice("year year signs random random letters spread".split())
    small, capital = "bcdfghjkmnpqrstvwxz", "BCDFGHJKLMNPQRSTVWXZ"
    shown = {"year": f"{word}{chance.randrange(1980, 2025)}{chance.choice('!?#$.')}",
             "signs": f"{word[:4]}{chance.choice('&%$@#')}{chance.randrange(100, 999)}{chance.choice('xQz')}",
             "random": draw(chance, string.ascii_letters, 2) + digits(chance, 2) + draw(chance,
                                                                                        string.ascii_letters + string.digits, 8),
             "letters": draw(chance, small, 5).title() + draw(chance, capital, 4) + draw(chance, small, 2),
             "spread": f"{word.lower()}-{chance.choice(LAST)}-{chance.randrange(10, 99)}"}[form]
    return shown, form, shown


def cvv(chance):
    shown = str(chance.choice([n for n in range(102, 999) if n not in (200, 401, 404, 417, 500)]))
    return shown, "three", shown
