"""What looks personal and is not: versions, orders, prices, hashes and the like, in twelve languages and in all places. A model
needs them to understand a ticket. Only what its words make plain is here: ten digits that nothing explains are neither planted
nor kept."""

import html
import re
import string
import urllib.parse
import uuid

import checkdigits
import places
from decoy_words import COLUMNS, FIELDS, SAYS, TECHNICAL
from values import digits, draw
from words import LANGUAGES, WORDS

# <dN>: N digits, the first no zero; <XN> <xN>: hex; <AN>: capitals; <KN>: capitals and digits; <y> <m> <n>: year, month, day;
# <A-B>: a number from A to B.
FORMS = {
    "version": ["<0-29>.<0-24>.<0-11>.<0-250>", "<90-139>.0.<4000-7000>.<10-250>", "10.0.<10000-22700>.<1-3000>",
                "<1-30>.<0-20>.<0-20>"],
    "order": ["<d6>", "<d8>", "<d10>", "<d12>", "ORD-<y>-<d7>", "#<d6>", "<d3>-<d7>-<d7>", "A<d9>", "SO<d8>", "<d4>-<d4>"],
    "invoice": ["RE-<y>-<d5>", "INV<d8>", "<d9>", "<y>/<d6>", "INV-<d6>", "F<d4>/<20-26>"],
    "tracking": ["1Z<K6><d10>", "RR<d9>DE", "RB<d9>GB", "LC<d9>FR", "JJD<d18>", "00340434<d12>", "<d12>", "3S<A4><d9>"],
    "price": ["<1-999>,<10-99> €", "$<1-9>,<100-999>.<10-99>", "EUR <1-9999>.<10-99>", "<1-9999>.<10-99> USD",
              "£<1-9999>.<10-99>",
              "<1-9999>,- kr", "CHF <1-9999>.<10-99>", "<1-9>.<100-999>,<10-99> €", "<1-9999> zł", "<1-99> 000 Kč"],
    "date": ["<y>-<m>-<n>", "<n>.<m>.<y>", "<n>/<m>/<y>", "<y>/<m>/<n>", "<n>-<m>-<y>", "<n>.<m>.<20-26>"],
    "file": ["logo@2x.png", "icon@3x.png", "hero-<2-99>@2x.webp", "IMG_<y><m><n>_1<d5>.jpg", "invoice_<y>_<d5>.pdf",
             "app.<x8>.js",
             "report-<y>-<m>-<n>.xlsx", "backup.<y><m>15.tar.gz", "sprite@1.5x.png", "bg@<2-4>x.jpg"],
    "package": ["react@18.2.<1-9>", "@angular/core@15.2.<1-9>", "lodash@4.17.<1-30>", "@types/node@20.1.<1-9>", "vue@3.4.<1-9>",
                "actions/checkout@v4", "image@sha256:<x64>"],
    "hash": ["<x7>", "<x10>", "<x32>", "<x40>", "<x64>"],
    "port": [":8080", ":8443", ":3000", ":5432", ":3306", ":27017", ":6379", ":11434", ":9200"],
    "error": ["0x80070005", "0x8007232B", "ORA-00942", "ERR_CONNECTION_REFUSED", "E<d4>", "502", "-2147024891", "SQLSTATE[23000]",
              "ERR-<d6>", "0xC0000005", "18456", "0x<X8>"],
    "coordinates": ["<36-60>.<d6>, <1-24>.<d6>", "<36-60>.<d4>,-<1-8>.<d4>", "48°<10-59>'<10-59>\"N"],
    "sku": ["<A2>-<d5>-XL", "<A2>-<d5>-BLK", "<d3>.<d3>.<d2>", "<d8>"],
    "time": ["12:34:56", "<y>-<m>-<n>T12:01:22.417Z", "00:11:22,345", "<y>-<m>-<n> 12:01:22", "<y><m><n>-120122", "11:22:33.444",
             "<y><m><n>T120122Z"],
    "escape": ["%20", "&lt;b&gt;", "&nbsp;", "&amp;amp;", "%2F", "\\u00e9", "=C3=A9", "report%20final.pdf", "a%2Bb",
               "&eacute;t&eacute;", "50%25", "Caf%C3%A9", "logo%402x.png"],
    "bulletin": ["KB<d7>", "CVE-<y>-<d5>", "RFC 5321", "PR <d5>", "JIRA-<d4>", "ISO 8601", "DIN 5008"],
    "size": ["1920x1080", "16 GB", "<10-99>.<10-99> MB", "<1000-99999> ms", "<d4> / <d5> rows", "<d9> bytes", "<1-99>,<10-99> %",
             "<d3> <d3> rows"],
    "ticket": ["<d4>", "<d5>", "<d6>", "<d7>"], "epoch": ["<1600000000-1799999999>"],
    "host": ["app.example.com", "eu-west-1.compute.example.net", "mx2.mail.example.org"],
    "code": ["std::vector<int>::at", "user@host:~$ make", "@Override", "arr[10][20]", "a::b::c", "git@2.43",
             "foo.bar(1234, 5678)",
             "@media (min-width: 768px)", "if (a == 1234567)", "SELECT * FROM orders WHERE id = 4711"],
}
FORMS["product version"] = FORMS["version"]
_SETS = {"X": "0123456789ABCDEF", "x": "0123456789abcdef", "A": string.ascii_uppercase,
         "K": string.ascii_uppercase + string.digits}


def _filled(chance, form):
    def one(match):
        kind, length, low, high = match.groups()
        if low:
            return str(chance.randrange(int(low), int(high) + 1))
        if kind in "ymn":
            return str(chance.randrange(2019, 2027)) if kind == "y" else f"{chance.randrange(1, 13 if kind == 'm' else 29):02d}"
        return digits(chance, int(length)) if kind == "d" else draw(chance, _SETS[kind], int(length))
    return re.sub(r"<(?:([dXxAKymn])(\d*)|(\d+)-(\d+))>", one, form)


def _thirteen(chance, start):
    """A number of articles or books: GS1, weights 1 and 3."""
    body = start + draw(chance, string.digits, 12 - len(start))
    return body + str(-sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(body)) % 10)


def _isbn(chance):
    number = _thirteen(chance, "978" + chance.choice("0123"))
    return chance.choice([number, f"{number[:3]}-{number[3]}-{number[4:6]}-{number[6:12]}-{number[12]}",
                          f"{chance.choice('0123')}-{digits(chance, 3)}-{digits(chance, 5)}-{chance.choice('123456789X')}"])


def _made(chance, kind):
    if kind == "guid":
        return str(uuid.UUID(int=chance.getrandbits(128), version=4))
    if kind == "isbn":
        return _isbn(chance)
    if kind == "article":
        return _thirteen(chance, "40")
    while True:
        text = _filled(chance, chance.choice(FORMS[kind]))
        # A long number that passes the check of a card would be taken for one, and rightly.
        number = re.sub(r"\D", "", text)
        if kind not in ("order", "tracking") or len(number) < 13 or not checkdigits.luhn_holds(number):
            return text


WHOLE = ("word", "sentence")  # the whole sentence is to stay
KINDS = list(FORMS) + ["guid", "isbn", "article", "word", "sentence"]


def decoy(chance, kind, language):
    words, place = WORDS[language], chance.choice(["subject", "text", "html", "url", "log", "table"])
    says = chance.choice(SAYS[kind][language] if kind in SAYS else TECHNICAL[kind])
    kept = says if kind in WHOLE else _made(chance, kind)
    phrase = says.replace("{v}", kept)
    subject, description = chance.choice(words["subject"]), None
    if place == "url" and kind in FIELDS:
        kept = urllib.parse.quote(kept, safe="")
        description = places.sentence(chance, words, places.address(chance, f"{FIELDS[kind]}={kept}"))
    elif place == "log":
        start = ["2024-05-03T12:01:22Z INFO  web: ", "May  3 12:01:22 app[17]: ", "[12:01:22] ERROR ", '{"level":"error"} ']
        description = chance.choice(start) + phrase
    elif place == "html" and kind not in WHOLE + ("escape", "code") and not any(c in kept for c in "<>&\"'"):
        description = f"<p>{html.escape(chance.choice(words['filler']))}</p><p>{phrase}</p>"
    elif place == "table" and kind not in WHOLE:
        description, _ = places.table(chance, chance.choice(COLUMNS.get(kind, ["Info"])), kept)
        kept = kept if kept in description else kept.replace('"', '""')
    elif place == "subject":
        subject, description = phrase, " ".join(chance.sample(words["filler"], 2))
    if description is None:
        place, description = "text", places.sentence(chance, words, phrase)
    return {"kind": kind, "language": language, "place": place, "value": kept,
            "ticket": {"subject": subject, "description": description}}


def decoys(chance, count):
    for i in range(count):
        yield decoy(chance, KINDS[i % len(KINDS)], LANGUAGES[i // len(KINDS) % len(LANGUAGES)])
