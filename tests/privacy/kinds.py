"""What may never leave: each kind with who makes its values, the words that announce it, the places where it can stand, and the
notations that do not fit."""

import re

import phones
import values
import vendor_keys
from words import WORDS

PLACES = ["subject", "text", "html", "url", "log", "table"]


class Value:
    """`shown`: as its owner writes it. `left`: pairs (way of looking, text) of which none may be found, see judging.py.
    `labelled`: it is personal only beside a word that says what it is. `tied`: and free elsewhere. `twin`: the same number from
    abroad. `beside`: what makes it personal by standing there. `core`: the part of `shown` that is secret."""

    def __init__(self, shown, form, left, labelled=False, tied=False, twin=None, beside=()):
        self.shown, self.form, self.left = shown, form, left
        self.labelled, self.tied, self.twin, self.beside = labelled, tied, twin, beside
        self.core = left[0][1] if left[0][1] in shown else shown


def _phone(maker, labelled):
    def make(chance, language):
        shown, land = maker(chance, language)
        national = maker is phones.bare or maker is not phones.abroad and shown[0] == "0" and shown[1] not in "01"
        twin = phones.twins(land, shown)[1] if national else None
        return Value(shown, land, [("signs", re.sub(r"\D", "", shown))], labelled, twin=twin)
    return make


def _number(maker, labelled):
    def make(chance, language):
        shown, form, number = maker(chance)
        return Value(shown, form, [("signs", number)], labelled(form) if callable(labelled) else labelled)
    return make


def _texts(maker, way="part"):
    def make(chance, language):
        shown, form, left = maker(chance)
        return Value(shown, form, [(way, text) for text in left])
    return make


def _birth(chance, language):
    shown, form, _ = values.birth(chance, WORDS[language]["months"])
    return Value(shown, form, [("whole", shown)], labelled=True, tied=True)


def _cvv(chance, language):
    shown, form, _ = values.cvv(chance)
    return Value(shown, form, [("token", shown)], labelled=True, tied=True, beside=values.card(chance)[:1])


def _password(chance, language):
    shown, form, _ = values.password(chance)
    return Value(shown, form, [("part", shown)], labelled=True, tied=form == "letters")


def _ip(chance, language):
    shown, form, _ = values.ip(chance)
    return Value(shown, form, [("whole", shown)], labelled=True)


_PROSE = ["subject", "text", "html", "table"]
_LINES = ["subject", "text", "html", "log", "table"]

# kind: (maker, family of words, places, notations that do not fit)
KINDS = {
    "mail": (_texts(values.mail, "whole"), "mail", PLACES, ()),
    "mail veiled": (_texts(values.veiled, "whole"), "mail", _PROSE, ("url", "json", "twice")),
    "phone national": (_phone(phones.clear, False), "phone", PLACES, ()),
    "phone abroad": (_phone(phones.abroad, False), "phone", PLACES, ()),
    "phone plain": (_phone(phones.plain, True), "phone", PLACES, ()),
    "phone bare": (_phone(phones.bare, True), "phone", PLACES, ()),
    "card": (_number(values.card, False), "card", PLACES, ()),
    "cvv": (_cvv, "cvv", PLACES, ("twice",)),
    "iban": (_number(values.iban, False), "iban", PLACES, ()),
    "ssn": (_number(values.ssn, lambda form: form != "dashes"), "ssn", PLACES, ()),
    "nino": (_number(values.nino, lambda form: form in ("small", "dashes")), "nino", PLACES, ()),
    "nir": (_number(values.nir, lambda form: form != "spaces"), "nir", PLACES, ()),
    "bsn": (_number(values.bsn, True), "bsn", PLACES, ()),
    "pesel": (_number(values.pesel, True), "pesel", PLACES, ()),
    "cpf": (_number(values.cpf, lambda form: form != "points"), "cpf", PLACES, ()),
    "personnummer": (_number(values.personnummer, lambda form: "dash" not in form), "personnummer", PLACES, ()),
    "aadhaar": (_number(values.aadhaar, lambda form: form == "together"), "aadhaar", PLACES, ()),
    "sin": (_number(values.sin, True), "sin", PLACES, ()),
    "passport": (_number(values.passport, True), "passport", PLACES, ()),
    "birth": (_birth, "birth", PLACES, ()),
    "mac": (_number(values.mac, lambda form: form == "bare"), "mac", PLACES, ()),
    "ip": (_ip, "ip", PLACES, ()),
    "password": (_password, "password", PLACES, ()),
    "api key": (_texts(vendor_keys.api_key), "key", PLACES, ()),
    "cookie": (_texts(vendor_keys.cookie), "", _LINES, ()),
    "authorization": (_texts(vendor_keys.authorization), "", _LINES, ()),
    "curl": (_texts(vendor_keys.curl), "", _LINES, ()),
    "signature": (_texts(vendor_keys.signature), "", PLACES, ()),
    "bot token": (_texts(vendor_keys.bot_token), "", PLACES, ()),
    "private key": (_texts(vendor_keys.private_key), "", ["text", "html", "log"], ("unseen", "url", "html", "twice")),
    "connection": (_texts(vendor_keys.connection), "", PLACES, ()),
}
