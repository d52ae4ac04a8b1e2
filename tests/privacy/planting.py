"""Tickets with one personal value each, in a kind, a notation, a language and a place. Written from the list of what must never leave, and
without a look at the code that takes it out: it says what a person would call personal, not what the program can find."""

import html
import json
import re

import notations
import phones
import places
import values
import vendor_keys
from words import FIELDS, IDENTITY, LANGUAGES, WORDS

NOTATIONS = ["plain", "url", "html", "json", "printable", "unseen", "twice"]
PLACES = ["subject", "text", "html", "url", "log", "table"]


class Value:
    """`shown`: as its owner writes it. `left`: pairs (way of looking, text) of which none may be found. `labelled`: it is personal only
    beside a word that says what it is. `core`: the part that is secret. `tied`: as `labelled`, and free elsewhere."""

    def __init__(self, shown, form, left, labelled=False, tied=False, twin=None, beside=()):
        self.shown, self.form, self.left, self.labelled, self.tied, self.twin, self.beside = shown, form, left, labelled, tied, twin, beside
        self.core = left[0][1] if left[0][1] in shown else shown


def _phone(maker, labelled):
    def make(chance, language):
        shown, land = maker(chance, language)
        twin = phones.twins(land, shown)[1] if maker is not phones.abroad and shown[0] == "0" and shown[1] not in "01" or maker is phones.bare else None
        return Value(shown, land, [("signs", re.sub(r"\D", "", shown))], labelled, twin=twin)
    return make


def _number(maker, labelled):
    def make(chance, language):
        shown, form, number = maker(chance)
        return Value(shown, form, [("signs", number)], labelled(form) if callable(labelled) else labelled)
    return make


def _texts(maker):
    def make(chance, language):
        shown, form, left = maker(chance)
        return Value(shown, form, [("part", text) for text in left])
    return make


def _mail(maker):
    def make(chance, language):
        shown, form, left = maker(chance)
        return Value(shown, form, [("whole", text) for text in left])
    return make


def _birth(chance, language):
    shown, form, _ = values.birth(chance, WORDS[language]["months"])
    return Value(shown, form, [("whole", shown)], True, tied=True)


def _cvv(chance, language):
    shown, form, _ = values.cvv(chance)
    return Value(shown, form, [("token", shown)], True, tied=True, beside=values.card(chance)[:1])


def _password(chance, language):
    shown, form, _ = values.password(chance)
    return Value(shown, form, [("part", shown)], True, tied=form == "letters")


def _ip(chance, language):
    shown, form, _ = values.ip(chance)
    return Value(shown, form, [("whole", shown)], True)


# kind: (maker, family of words, places, notations that do not fit)
KINDS = {
    "mail": (_mail(values.mail), "mail", PLACES, ()), "mail veiled": (_mail(values.veiled), "mail", ["subject", "text", "html", "table"], ("url", "json", "twice")),
    "phone national": (_phone(phones.clear, False), "phone", PLACES, ()), "phone abroad": (_phone(phones.abroad, False), "phone", PLACES, ()),
    "phone plain": (_phone(phones.plain, True), "phone", PLACES, ()), "phone bare": (_phone(phones.bare, True), "phone", PLACES, ()),
    "card": (_number(values.card, False), "card", PLACES, ()), "cvv": (_cvv, "cvv", PLACES, ("twice",)), "iban": (_number(values.iban, False), "iban", PLACES, ()),
    "ssn": (_number(values.ssn, lambda form: form != "dashes"), "ssn", PLACES, ()), "nino": (_number(values.nino, False), "nino", PLACES, ()),
    "nir": (_number(values.nir, lambda form: form != "spaces"), "nir", PLACES, ()), "bsn": (_number(values.bsn, True), "bsn", PLACES, ()),
    "pesel": (_number(values.pesel, True), "pesel", PLACES, ()), "cpf": (_number(values.cpf, lambda form: form != "points"), "cpf", PLACES, ()),
    "personnummer": (_number(values.personnummer, lambda form: "dash" not in form), "personnummer", PLACES, ()),
    "aadhaar": (_number(values.aadhaar, lambda form: form == "together"), "aadhaar", PLACES, ()), "sin": (_number(values.sin, True), "sin", PLACES, ()),
    "passport": (_number(values.passport, True), "passport", PLACES, ()), "birth": (_birth, "birth", PLACES, ()),
    "mac": (_number(values.mac, lambda form: form == "bare"), "mac", PLACES, ()), "ip": (_ip, "ip", PLACES, ()), "password": (_password, "password", PLACES, ()),
    "api key": (_texts(vendor_keys.api_key), "key", PLACES, ()), "cookie": (_texts(vendor_keys.cookie), "", ["subject", "text", "html", "log", "table"], ()),
    "authorization": (_texts(vendor_keys.authorization), "", ["subject", "text", "html", "log", "table"], ()),
    "curl": (_texts(vendor_keys.curl), "", ["subject", "text", "html", "log", "table"], ()), "signature": (_texts(vendor_keys.signature), "", PLACES, ()),
    "bot token": (_texts(vendor_keys.bot_token), "", PLACES, ()), "private key": (_texts(vendor_keys.private_key), "", ["text", "html", "log"], ("unseen",)),
    "connection": (_texts(vendor_keys.connection), "", PLACES, ()),
}


def _label(chance, family, words):
    if family in IDENTITY:
        return chance.choice(IDENTITY[family])
    return chance.choice(words["labels"][family]) if family else ""


def _prose(chance, family, words, value):
    """(before, after) of running text."""
    if not family:
        says = chance.choice(words["says"]["secret"] + ["{v}", "{v}"]) if "\n" not in value.shown else "{v}"
    elif family in IDENTITY:
        label = _label(chance, family, words)
        says = chance.choice([f"{label}: {{v}}", f"{label} {{v}}"] + [s.replace("{l}", label) for s in words["says"]["id"]])
    elif family == "cvv":
        card, label = value.beside[0], _label(chance, "cvv", words)
        says = chance.choice([f"{_label(chance, 'card', words)}: {card}, {label}: {{v}}", f"{card} 12/27 {{v}}", f"{card}, 11/28, {label} {{v}}", f"{card} ({label} {{v}})"])
    elif family == "key":
        says = chance.choice(words["says"]["secret"] + [_label(chance, family, words) + ": {v}"])
    else:
        label = _label(chance, family, words)
        # A label that is a word of every sentence needs its colon; "M 079…" is a signature, "Pass x" is nothing.
        by = chance.choice([": ", ": ", ":", " = "] + ([" "] if family in ("phone", "iban", "passport", "birth", "ip", "mac") else []))
        if label.endswith(".") and by == " = ":
            by = ": "
        says = chance.choice([label + by + "{v}"] * 2 + words["says"].get(family, []))
    if not value.labelled and chance.random() < 0.2:
        says = "{v}"
    if value.shown.endswith("."):
        says = says.replace("{v}.", "{v}")
    before, _, after = says.partition("{v}")
    return before, after


def _field(chance, family, words):
    return chance.choice(FIELDS[family]) if family else chance.choice(["msg", "error", "note", "detail"])


def _query(chance, field, coded, value, code):
    beside = f"card={code(value.beside[0])}&" if value.beside else ""
    return f"{beside}{field}={coded}"


def _twice(chance, field, shown, where):
    """Two layers, as they come about: a link inside of a link, HTML that was escaped once more, JSON inside of JSON."""
    once = notations.url(chance, shown)
    link = places.address(chance, f"{field}={once}")
    ways = {"url url": lambda: f"{field}={notations.url(chance, once)}", "link in link": lambda: f"https://mail.example.org/click?to={notations.url(chance, link)}",
            "html html": lambda: f"{field}: " + html.escape(notations.entities(chance, shown)), "url html": lambda: f"{field}={notations.url(chance, notations.entities(chance, shown))}",
            "json json": lambda: json.dumps(json.dumps({field: "@"})).replace("@", notations.json_escapes(chance, shown).replace("\\", "\\\\")),
            "json url": lambda: '{"url":"' + link.replace("/", "\\/").replace("=", "\\u003d").replace("&", "\\u0026") + '"}'}
    fit = {"url": ["url url", "link in link"], "log": ["json json", "json url", "url url"], "html": ["html html", "link in link"]}.get(where, list(ways))
    way = chance.choice(fit)
    text = ways[way]()
    if where == "url" and way == "url url":
        text = places.address(chance, text)
    return text


def _coded(chance, kind, notation, text, core):
    if notation == "html":
        return notations.entities(chance, text)
    if notation == "unseen":
        return notations.unseen(chance, text, core, phone=kind.startswith("phone"))
    return text


def _body(chance, kind, family, notation, words, value, where):
    """(text, its place in words) with the value in it."""
    field, shown = _field(chance, family, words), value.shown
    if notation == "twice":
        text = _twice(chance, field, shown, where)
        return (f"<p>{words['filler'][0]}</p><p>{text}</p>" if where == "html" else text if where in ("url", "log", "table") else
                places.sentence(chance, words, text)), where
    if where == "url":
        def code(text):
            return notations.url(chance, text) if notation != "unseen" else text
        coded = code(shown) if kind not in ("signature", "bot token") or not shown.startswith("http") else shown
        link = shown if coded is shown and notation != "unseen" else places.address(chance, _query(chance, field, coded, value, code))
        if notation == "plain" and kind == "mail" and not set(shown) & set('"+') and shown.isascii():
            link = places.address(chance, f"{field}={shown}")
        if notation == "html":
            link = html.escape(link)
        elif notation == "json":
            link = '"url":"' + link.replace("=", "\\u003d").replace("&", "\\u0026") + '"'
        elif notation == "unseen":
            link = link.replace(shown, notations.url(chance, notations.unseen(chance, shown, value.core)))
        return places.sentence(chance, words, link), where
    if notation == "url":
        text = _query(chance, field, notations.url(chance, shown), value, lambda t: notations.url(chance, t))
        if where == "html":
            text = f'<a href="{html.escape(places.address(chance, text))}">link</a>'
            return f"<p>{words['filler'][0]}</p><p>{text}</p>", where
        return (places.log_line(chance, "query", text, text) if where == "log" else places.sentence(chance, words, text)), where
    if notation == "json":
        extra = f'"card":"{value.beside[0]}",' if value.beside else ""
        text = f'{{{extra}"{field}":"{notations.json_escapes(chance, shown)}"}}'
        return (f"<pre>{text}</pre>" if where == "html" else text if where == "log" else places.sentence(chance, words, text)), where
    coded = _coded(chance, kind, notation, shown, value.core)
    if where == "html":
        before, after = _prose(chance, family, words, value)
        if notation != "html":
            coded = html.escape(coded, quote=False).replace("\n", "<br>\n" if chance.random() < 0.5 else "\n")
        return places.page(chance, words, before, coded, after), where
    if where == "log":
        if value.beside:
            coded = f"{value.beside[0]} cvv={coded}"
            field = "card"
        return (places.log_line(chance, field, coded, coded) if family else f"2024-05-03 12:01:22 DEBUG > {coded}"), where
    if where == "table":
        label = _label(chance, family, words) or chance.choice(["Request", "Note"])
        return places.table(chance, label.rstrip("."), coded, [("Card", value.beside[0])] if value.beside else ())
    before, after = _prose(chance, family, words, value)
    return places.sentence(chance, words, before + coded + after) if where == "text" else before + coded + after, where


def _repeat(chance, value):
    """The value bare, as it stands elsewhere in the same ticket: (text, how)."""
    shown = value.shown
    ways = ["same", "same", "url", "html", "json"]
    if value.left[0][0] == "signs":
        ways += ["together", "together"]
    if value.twin:
        ways += ["twin"]
    way = chance.choice(ways)
    if way == "together":
        number = re.sub(r"[\W_]", "", shown)
        return ("+" + number if shown.startswith("+") else number), way
    if way == "twin":
        return value.twin, way
    return {"same": shown, "url": notations.url(chance, shown), "html": notations.entities(chance, shown), "json": notations.json_escapes(chance, shown)}[way], way


def plant(chance, kind, language):
    """One ticket with what was planted in it."""
    maker, family, where, unfit = KINDS[kind]
    words, value = WORDS[language], maker(chance, language)
    place = chance.choice(where)
    fit = [n for n in NOTATIONS if n not in unfit and not (place == "table" and n in ("url", "json")) and not (place == "log" and n in ("html", "printable", "unseen"))]
    notation = chance.choice(["plain"] + fit)
    if "\n" in value.shown and place in ("subject", "table", "log", "url"):
        value.shown = value.shown.replace("\n", "\\n" if kind == "private key" else " ")
    if kind == "private key" and notation in ("url", "html", "twice"):
        notation = "plain"
    inner = "plain" if notation == "printable" else notation
    if notation == "printable" and place in ("html", "url") and chance.random() < 0.4:
        inner = "html" if place == "html" else "url"
    body, place_name = _body(chance, kind, family, inner, words, value, place)
    if notation == "printable":
        filler = "" if place in ("table", "html") else " ".join(words["filler"])
        body = notations.header(chance, body) if place == "subject" else notations.printable(body, value.shown, chance, filler.split())
    subject, description, summary = chance.choice(words["subject"]), body, None
    if place == "subject":
        subject, description = re.sub(r"\s*\n\s*", " ", body), " ".join(chance.sample(words["filler"], 2))
    scenario = "once"
    if not value.tied and kind != "private key" and not ("\n" in value.shown) and family and chance.random() < 0.25:
        again, way = _repeat(chance, value)
        side = chance.choice(["elsewhere", "elsewhere", "summary"])
        scenario = f"again/{side}/{way}"
        if side == "summary":
            summary = chance.choice(["The customer ({v}) cannot sign in.", "Customer asks to be contacted: {v}", "{v} is refused; the page stays white."]).replace("{v}", again)
        elif place == "subject":
            description += chance.choice(["\n\n{v}", " ({v})", "\n> {v}"]).replace("{v}", again)
        else:
            subject += chance.choice([" {v}", " ({v})", " - {v}"]).replace("{v}", again)
    ticket = {"subject": subject, "description": description}
    if summary:
        ticket["summary"] = summary
    # By the line of a log and the row of a table nobody sees the language; there it is said all the same, for the labels.
    return {"kind": kind, "form": value.form, "notation": notation, "language": language, "place": place_name, "scenario": scenario, "value": value.shown,
            "left": value.left + ([("signs", re.sub(r"\D", "", value.twin))] if scenario.endswith("twin") else []), "ticket": ticket}


def planted(chance, count):
    kinds = list(KINDS)
    for i in range(count):
        yield plant(chance, kinds[i % len(kinds)], LANGUAGES[i // len(kinds) % len(LANGUAGES)])
