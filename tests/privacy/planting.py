"""Tickets with one personal value each, in a kind, a notation, a language and a place. Written from the list of what must never
leave, and without a look at the code that takes it out: it says what a person would call personal, not what the program finds."""

import html
import json
import re

import notations
import places
from kinds import KINDS
from words import FIELDS, IDENTITY, LANGUAGES, WORDS

NOTATIONS = ["plain", "url", "html", "json", "printable", "unseen", "twice"]
_UNFIT = {"table": ("url", "json"), "log": ("html", "printable", "unseen")}


def _label(chance, family, words):
    if family in IDENTITY:
        return chance.choice(IDENTITY[family])
    return chance.choice(words["labels"][family]) if family else ""


def _announced(chance, family, words, value):
    """A sentence with `{v}` in it, or a label before it."""
    label = _label(chance, family, words)
    if family in IDENTITY:
        says = [s.replace("{l}", label) for s in words["says"]["id"]]
        return chance.choice([f"{label}: {{v}}", f"{label} {{v}}"] + says)
    if family == "cvv":
        card = value.beside[0]
        return chance.choice([f"{_label(chance, 'card', words)}: {card}, {label}: {{v}}", f"{card} 12/27 {{v}}",
                              f"{card}, 11/28, {label} {{v}}", f"{card} ({label} {{v}})"])
    if family == "key":
        return chance.choice(words["says"]["secret"] + [label + ": {v}"])
    # A label that is a word of every sentence needs its colon: "M 079…" is a signature, "Pass x" is nothing.
    by = [": ", ": ", ":", " = "] + ([" "] if family in ("phone", "iban", "passport", "birth", "ip", "mac") else [])
    by = chance.choice([b for b in by if b != " = " or not label.endswith(".")])
    return chance.choice([label + by + "{v}"] * 2 + words["says"].get(family, []))


def _prose(chance, family, words, value):
    """(before, after) of running text."""
    if family:
        says = _announced(chance, family, words, value)
    else:
        says = chance.choice(words["says"]["secret"] + ["{v}", "{v}"]) if "\n" not in value.shown else "{v}"
    if not value.labelled and chance.random() < 0.2:
        says = "{v}"
    if value.shown.endswith("."):
        says = says.replace("{v}.", "{v}")
    before, _, after = says.partition("{v}")
    return before, after


def _query(field, coded, value, code):
    beside = f"card={code(value.beside[0])}&" if value.beside else ""
    return f"{beside}{field}={coded}"


def _twice(chance, field, shown, where):
    """Two layers, as they come about: a link inside of a link, HTML that was escaped once more, JSON inside of JSON."""
    once = notations.url(chance, shown)
    link = places.address(chance, f"{field}={once}")
    safe = (f"https://eur01.safelinks.example.net/?url={notations.url(chance, places.address(chance, 'step=2'))}"
            f"&data=05%7C02%7C{once}%7C7f3b&reserved=0")  # as a mail server rewrites links, with the address of the reader in it
    ways = {
        "url url": f"{field}={notations.url(chance, once)}",
        "link in link": safe if field in FIELDS["mail"] else f"https://mail.example.org/click?to={notations.url(chance, link)}",
        "html html": f"{field}: " + html.escape(notations.entities(chance, shown)),
        "url html": f"{field}={notations.url(chance, notations.entities(chance, shown))}",
        "json json": json.dumps(json.dumps({field: "@"})).replace("@", notations.json_escapes(chance, shown).replace("\\",
                                                                                                                     "\\\\")),
        "json url": '{"url":"' + link.replace("/", "\\/").replace("=", "\\u003d").replace("&", "\\u0026") + '"}',
    }
    fit = {"url": ["url url", "link in link"], "log": ["json json", "json url", "url url"], "html": ["html html", "link in link"]}
    way = chance.choice(fit.get(where, list(ways)))
    return places.address(chance, ways[way]) if where == "url" and way == "url url" else ways[way]


def _scheme(chance, kind, shown):
    """An address that says by its scheme or its host what it holds; None where there is none."""
    digits = re.sub(r"[^+\d]", "", shown.replace("(0)", ""))
    if kind == "mail":
        return "mailto:" + shown.replace('"', "%22").replace(" ", "%20") + chance.choice(["", "?subject=Hello"])
    if kind == "phone abroad" and shown.startswith("+"):
        return chance.choice([f"tel:{digits}", f"https://wa.me/{digits[1:]}", f"callto:{digits}", f"sms:{digits}",
                              f"https://api.whatsapp.com/send?phone={digits[1:]}"])
    return f"tel:{digits}" if kind == "phone bare" else None


def _link(chance, kind, family, notation, field, value):
    """The place `url` in all notations but `twice`."""
    shown, unseen = value.shown, notation == "unseen"
    scheme = _scheme(chance, kind, shown) if notation == "plain" and family in ("mail",
                                                                                "phone") and chance.random() < 0.3 else None
    if scheme:
        return scheme
    if shown.startswith("http") and kind in ("signature", "bot token") and not unseen:
        link = shown
    elif notation == "plain" and kind == "mail" and shown.isascii() and not set(shown) & set('"+'):
        link = places.address(chance, f"{field}={shown}")
    else:
        coded = notations.url(chance, notations.unseen(chance, shown, value.core) if unseen else shown)
        link = places.address(chance, _query(field, coded, value, lambda text: notations.url(chance, text)))
    if notation == "html":
        return html.escape(link)
    return '"url":"' + link.replace("=", "\\u003d").replace("&", "\\u0026") + '"' if notation == "json" else link


def _pair(chance, notation, field, value, where):
    """`field` and value as a pair of a query or of JSON, within text, HTML or a log."""
    if notation == "url":
        text = _query(field, notations.url(chance, value.shown), value, lambda text: notations.url(chance, text))
        if where == "log":
            return places.log_line(chance, "query", text, text)
        return f'<a href="{html.escape(places.address(chance, text))}">link</a>' if where == "html" else text
    beside = f'"card":"{value.beside[0]}",' if value.beside else ""
    text = f'{{{beside}"{field}":"{notations.json_escapes(chance, value.shown)}"}}'
    return f"<pre>{text}</pre>" if where == "html" else text


def _in_html(chance, kind, notation, coded, shown):
    if notation == "html":
        return coded
    coded = html.escape(coded, quote=False)
    scheme = _scheme(chance, kind, shown) if notation == "plain" and chance.random() < 0.3 else None
    if scheme and not scheme.startswith("https"):
        coded = f'<a href="{html.escape(scheme)}">{coded}</a>'
    return coded.replace("\n", "<br>\n" if chance.random() < 0.5 else "\n")


def _body(chance, kind, family, notation, words, value, where):
    """(text, name of its place) with the value in it."""
    field = chance.choice(FIELDS[family]) if family else chance.choice(["msg", "error", "note", "detail"])
    if notation == "twice" or where == "url" or notation in ("url", "json"):
        if notation == "twice":
            text = _twice(chance, field, value.shown, where)
        elif where == "url":
            text = _link(chance, kind, family, notation, field, value)
        else:
            text = _pair(chance, notation, field, value, where)
        if where == "html":
            return f"<p>{html.escape(words['filler'][0])}</p><p>{text}</p>", where
        return text if where in ("log", "table") else places.sentence(chance, words, text), where
    coded = value.shown
    if notation == "html":
        coded = notations.entities(chance, coded)
    elif notation == "unseen":
        coded = notations.unseen(chance, coded, value.core, phone=family == "phone")
    if where == "log":
        if value.beside:
            return places.log_line(chance, "card", f"{value.beside[0]} cvv={coded}", f"{value.beside[0]} cvv={coded}"), where
        return (places.log_line(chance, field, coded, coded) if family else f"2024-05-03 12:01:22 DEBUG > {coded}"), where
    if where == "table":
        label = _label(chance, family, words) or chance.choice(["Request", "Note"])
        return places.table(chance, label.rstrip("."), coded, [("Card", card) for card in value.beside])
    before, after = _prose(chance, family, words, value)
    if where == "html":
        return places.page(chance, words, before, _in_html(chance, kind, notation, coded, value.shown), after), where
    text = before + coded + after
    return places.sentence(chance, words, text) if where == "text" else text, where


def _printed(chance, place, body, value, words):
    if place == "subject":
        return notations.header(chance, body)
    fill = "" if place in ("table", "html") else " ".join(words["filler"])
    return notations.printable(body, value.shown, chance, fill.split())


def _repeat(chance, value):
    """The value bare, as it stands elsewhere in the same ticket: (text, how)."""
    shown = value.shown
    ways = ["same", "same", "url", "html", "json"] + (["together", "together"] if value.left[0][0] == "signs" else [])
    way = chance.choice(ways + (["twin"] if value.twin else []))
    if way == "together":
        number = re.sub(r"[\W_]", "", shown)
        return ("+" + number if shown.startswith("+") else number), way
    return {"same": lambda: shown, "twin": lambda: value.twin, "url": lambda: notations.url(chance, shown),
            "html": lambda: notations.entities(chance, shown), "json": lambda: notations.json_escapes(chance, shown)}[way](), way


def _again(chance, ticket, value, place):
    """Puts the value into another member of the ticket, where nothing announces it; gives the name of that."""
    text, way = _repeat(chance, value)
    side = chance.choice(["elsewhere", "elsewhere", "summary"])
    if side == "summary":
        ticket["summary"] = chance.choice(["The customer ({v}) cannot sign in.", "Customer asks to be contacted: {v}",
                                           "{v} is refused; the page stays white."]).replace("{v}", text)
    elif place == "subject":
        ticket["description"] += chance.choice(["\n\n{v}", " ({v})", "\n> {v}"]).replace("{v}", text)
    else:
        ticket["subject"] += chance.choice([" {v}", " ({v})", " - {v}"]).replace("{v}", text)
    return f"again/{side}/{way}"


def plant(chance, kind, language):
    """One ticket with what was planted in it."""
    maker, family, where, unfit = KINDS[kind]
    words, value = WORDS[language], maker(chance, language)
    place = chance.choice(where)
    notation = chance.choice(["plain"] + [n for n in NOTATIONS if n not in unfit and n not in _UNFIT.get(place, ())])
    if "\n" in value.shown and place not in ("text", "html"):
        value.shown = value.shown.replace("\n", "\\n" if kind == "private key" else " ")
    inner = "plain" if notation == "printable" else notation
    if notation == "printable" and place in ("html", "url") and "html" not in unfit and chance.random() < 0.4:
        inner = "html" if place == "html" else "url"
    body, place_name = _body(chance, kind, family, inner, words, value, place)
    if notation == "printable":
        body = _printed(chance, place, body, value, words)
    ticket = {"subject": chance.choice(words["subject"]), "description": body}
    if place == "subject":
        ticket = {"subject": re.sub(r"\s*\n\s*", " ", body), "description": " ".join(chance.sample(words["filler"], 2))}
    scenario = "once"
    if family and not value.tied and "\n" not in value.shown and chance.random() < 0.25:
        scenario = _again(chance, ticket, value, place)
    left = value.left + ([("signs", re.sub(r"\D", "", value.twin))] if scenario.endswith("twin") else [])
    return {"kind": kind, "form": value.form, "notation": notation, "language": language, "place": place_name,
            "scenario": scenario, "value": value.shown, "left": left, "ticket": ticket}


def planted(chance, count):
    kinds = list(KINDS)
    for i in range(count):
        yield plant(chance, kinds[i % len(kinds)], LANGUAGES[i // len(kinds) % len(LANGUAGES)])
