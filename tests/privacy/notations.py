"""One value in the notations in which it travels: as typed, escaped for a URL, for HTML, for JSON, quoted-printable with soft line
breaks, with characters that nobody sees, and encoded twice. Only what programs of senders really produce. Each function takes the
draw and the text; `again` takes everything apart, as a reader could."""

import html
import re
import string
import unicodedata
import urllib.parse

UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_MARKS = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_NAMED = {"@": "&commat;", " ": "&nbsp;", "\u00a0": "&nbsp;", ".": "&period;", "+": "&plus;", "(": "&lpar;", ")": "&rpar;",
          "_": "&lowbar;", ":": "&colon;",
          "/": "&sol;", "=": "&equals;", "!": "&excl;", "%": "&percnt;", "$": "&dollar;", "#": "&num;"}


def url(chance, text):
    """As encodeURIComponent, forms and older programs do."""
    way = chance.choice("component component form small".split())
    if way == "form":
        return urllib.parse.quote_plus(text, safe="")
    coded = urllib.parse.quote(text, safe="!'()*" if way == "component" else "")
    return re.sub("%..", lambda m: m.group().lower(), coded) if way == "small" else coded


def entities(chance, text):
    """Signs as entities; mail addresses also sign by sign, as programs do that hide them from harvesters."""
    way = chance.choice("decimal hex named all mixed".split() if "@" in text else "decimal hex named".split())

    # Word processors keep a number together with a dash of its own.
    dash = "&#8209;" if way == "named" and not any(sign.isalpha() for sign in text) else "&#45;"

    def one(sign):
        number = ord(sign)
        if way == "named" and sign == "-":
            return dash
        if way == "all" or way == "mixed" and chance.random() < 0.7:
            return f"&#{number};" if way == "all" or chance.random() < 0.5 else f"&#x{number:x};"
        if sign.isalnum() and sign.isascii() or sign == "\n":
            return sign
        if way == "named":
            return sign if sign == " " and '"' in text else _NAMED.get(sign,
                                                                       html.escape(sign) if sign.isascii() else f"&#{number};")
        if sign == " " and '"' not in text:
            return "&#160;" if way == "decimal" else "&#xa0;"
        return f"&#{number};" if way == "decimal" else f"&#x{number:X};"

    return "".join(one(sign) for sign in text)


def json_escapes(chance, text):
    """As encoders of JSON and JavaScript do that spare letters and digits only."""
    form = chance.choice(["\\u{:04x}", "\\u{:04X}"])
    units = text.encode("utf-16-be")
    signs = [int.from_bytes(units[i:i + 2], "big") for i in range(0, len(units), 2)]
    spared = string.ascii_letters + string.digits + " _"
    return "".join(chr(unit) if chr(unit) in spared else form.format(unit) for unit in signs)


def unseen(chance, text, core=None, phone=False):
    """Characters without width, where mobile phones, chats and web pages put them."""
    if phone and chance.random() < 0.4:
        start, end = chance.choice([("\u202a", "\u202c"), ("\u2068", "\u2069"), ("\u200e", "\u200e")])
        return start + text + end
    at = text.find(core) if core else -1
    low, high = (at + 1, at + len(core)) if at >= 0 else (1, len(text))
    for _ in range(chance.randrange(1, 4)):
        place = chance.randrange(low, max(high, low + 1))
        text = text[:place] + chance.choice(UNSEEN) + text[place:]
    return text


def _hex(sign):
    return "".join(f"={byte:02X}" for byte in sign.encode())


def printable(text, value, chance, words):
    """Quoted-printable of a whole text. The lines are broken inside of the value where it stands in a line; words fill up the line
    before it, that the break comes where programs make it."""
    lines = []
    for line in text.split("\n"):
        if value and value in line:
            by = ". "  # a label of one letter begins a sentence
            while words and len(line.split(value)[0]) < 60 - min(len(value), 20):
                line, by = chance.choice(words).rstrip(".!?") + by + line, " "
        signs = [_hex(sign) if sign == "=" or not sign.isascii() or sign in "@\"" and chance.random() < 0.3 else sign for sign in line]
        at = line.find(value) if value else -1
        wished = at + chance.randrange(1, max(2, len(value))) if at >= 0 and len(value) > 1 else -1
        out, column = [], 0
        for place, sign in enumerate(signs):
            if column + len(sign) > 75 or place == wished and column > 40:
                out.append("=\n")
                column = 0
            out.append(sign)
            column += len(sign)
        lines.append("".join(out))
    return "\n".join(lines)


def header(chance, text):
    """An encoded word of RFC 2047, blanks written out as older programs do."""
    coded = "".join(sign if sign.isascii() and sign.isalnum() else _hex(sign) for sign in text)
    return f"=?UTF-8?{chance.choice('Qq')}?{coded}?="


def _unprintable(text):
    text = re.sub("=[ \t]*\r?\n", "", text)
    return re.sub("(?:=[0-9A-Fa-f]{2})+", lambda m: bytes.fromhex(m.group().replace("=", "")).decode("utf-8", "replace"), text)


def _unescape(text):
    text = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1), 16)), text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_STEPS = [urllib.parse.unquote_plus, urllib.parse.unquote, html.unescape, _unescape, _unprintable, lambda text: _MARKS.sub("",
                                                                                                                           text)]


def again(text):
    """All that a reader can make of the text, by each decoding in each order; the last is the one decoded furthest."""
    seen, todo = [text], [text]
    for _ in range(6):
        new = []
        for one in todo:
            for step in _STEPS:
                other = step(one)
                if other not in seen and len(seen) < 60:
                    seen.append(other)
                    new.append(other)
        if not new:
            break
        todo = new
    return seen


def folded(text):
    return _DASHES.sub("-", unicodedata.normalize("NFKC", _MARKS.sub("", text))).lower()


def signs(text):
    """Letters and digits alone, small: what is left of a number when its grouping is taken away."""
    return re.sub(r"[\W_]", "", "".join(str(unicodedata.digit(c, c)) for c in folded(text)))
