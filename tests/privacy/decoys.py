"""What looks personal and is not: versions, orders, prices, hashes and the like, in twelve languages and in all places. A model needs
them to understand a ticket. Only what its words make plain is here: ten digits that nothing explains are neither planted nor kept."""

import html
import re
import string
import urllib.parse
import uuid

import checkdigits
import places
from values import digits, draw
from words import LANGUAGES, WORDS

# kind: sentence by language. `{v}` is what must stay.
SAYS = {
    "version": {"en": "Since the update to {v} it fails.|App version {v} crashes.|Build {v} is affected.|We run release {v} on all machines.",
                "de": "Seit dem Update auf {v} geht es nicht.|Version {v} stürzt ab.|Build {v} ist betroffen.", "fr": "Depuis la mise à jour {v} rien ne va.|La version {v} plante.",
                "es": "Desde la actualización a {v} falla.|La versión {v} se cierra.", "pt": "Desde a atualização para {v} falha.|A versão {v} fecha sozinha.",
                "it": "Dopo l'aggiornamento a {v} non va.|La versione {v} si chiude.", "nl": "Sinds de update naar {v} werkt het niet.|Versie {v} crasht.",
                "pl": "Od aktualizacji do {v} nie działa.|Wersja {v} się zawiesza.", "sv": "Sedan uppdateringen till {v} fungerar det inte.|Version {v} kraschar.",
                "da": "Siden opdateringen til {v} virker det ikke.|Version {v} går ned.", "fi": "Päivitys versioon {v} rikkoi sen.|Versio {v} kaatuu.",
                "cs": "Od aktualizace na {v} to nejde.|Verze {v} padá."},
    "order": {"en": "My order number is {v}.|Order {v} has not arrived.|Order no. {v}", "de": "Meine Bestellnummer ist {v}.|Bestellung {v} ist nicht da.|Auftragsnummer: {v}",
              "fr": "Mon numéro de commande est {v}.|La commande {v} n'est pas arrivée.", "es": "Mi número de pedido es {v}.|El pedido {v} no ha llegado.",
              "pt": "O número da encomenda é {v}.|O pedido {v} não chegou.", "it": "Il numero d'ordine è {v}.|L'ordine {v} non è arrivato.",
              "nl": "Mijn bestelnummer is {v}.|Bestelling {v} is er niet.", "pl": "Numer zamówienia to {v}.|Zamówienie {v} nie dotarło.",
              "sv": "Mitt ordernummer är {v}.|Beställning {v} har inte kommit.", "da": "Mit ordrenummer er {v}.|Ordre {v} er ikke kommet.",
              "fi": "Tilausnumeroni on {v}.|Tilaus {v} ei ole saapunut.", "cs": "Číslo objednávky je {v}.|Objednávka {v} nedorazila."},
    "invoice": {"en": "Invoice {v} is wrong.|Invoice number: {v}", "de": "Rechnung {v} stimmt nicht.|Rechnungsnummer: {v}", "fr": "La facture {v} est fausse.|Facture n° {v}",
                "es": "La factura {v} está mal.|Número de factura: {v}", "pt": "A fatura {v} está errada.|Número da fatura: {v}", "it": "La fattura {v} è sbagliata.|Fattura n. {v}",
                "nl": "Factuur {v} klopt niet.|Factuurnummer: {v}", "pl": "Faktura {v} jest błędna.|Numer faktury: {v}", "sv": "Faktura {v} är fel.|Fakturanummer: {v}",
                "da": "Faktura {v} er forkert.|Fakturanummer: {v}", "fi": "Lasku {v} on väärin.|Laskun numero: {v}", "cs": "Faktura {v} je špatně.|Číslo faktury: {v}"},
    "tracking": {"en": "Tracking number {v} shows nothing.|Parcel tracking: {v}", "de": "Sendungsnummer {v} zeigt nichts.|Paketnummer: {v}", "fr": "Le numéro de suivi {v} ne donne rien.",
                 "es": "El número de seguimiento {v} no muestra nada.", "pt": "O código de rastreio {v} não mostra nada.", "it": "Il numero di tracciamento {v} non mostra nulla.",
                 "nl": "Track-and-tracecode {v} toont niets.", "pl": "Numer przesyłki {v} nic nie pokazuje.", "sv": "Spårningsnummer {v} visar inget.",
                 "da": "Sporingsnummer {v} viser intet.", "fi": "Seurantakoodi {v} ei näytä mitään.", "cs": "Číslo zásilky {v} nic neukazuje."},
    "price": {"en": "I was charged {v}.|The refund of {v} is missing.", "de": "Es wurden {v} abgebucht.|Die Erstattung von {v} fehlt.", "fr": "On m'a débité {v}.", "es": "Me cobraron {v}.",
              "pt": "Cobraram-me {v}.", "it": "Mi sono stati addebitati {v}.", "nl": "Er is {v} afgeschreven.", "pl": "Pobrano {v}.", "sv": "Jag debiterades {v}.",
              "da": "Jeg blev trukket {v}.", "fi": "Minulta veloitettiin {v}.", "cs": "Strhli mi {v}."},
    "date": {"en": "It began on {v}.|Delivery was due {v}.", "de": "Es begann am {v}.|Geliefert werden sollte am {v}.", "fr": "Cela a commencé le {v}.", "es": "Empezó el {v}.", "pt": "Começou em {v}.",
             "it": "È iniziato il {v}.", "nl": "Het begon op {v}.", "pl": "Zaczęło się {v}.", "sv": "Det började {v}.", "da": "Det begyndte {v}.", "fi": "Se alkoi {v}.", "cs": "Začalo to {v}."},
    "word": {"en": "Password: wrong|password reset does not work|Password: error|Phone: none|Token: invalid|Authorization: failed|Cookie: disabled|my password is not accepted|my password is expired|"
                   "E-mail: not confirmed|Date of birth: required field|Passport number: missing|CVV: not valid|Mobile: iPhone 13|API key: expired|login: failed|Password must be changed",
             "de": "Passwort: falsch|Passwort zurücksetzen geht nicht|Telefon: keines|Mein Passwort ist abgelaufen|Mein Passwort wird abgelehnt|Geburtsdatum: Pflichtfeld|E-Mail: unbestätigt|Kennwort: unbekannt",
             "fr": "Mot de passe : incorrect|Mot de passe oublié|Téléphone : aucun|Mon mot de passe est expiré|Date de naissance : obligatoire", "es": "Contraseña: incorrecta|Contraseña olvidada|Teléfono: ninguno|Mi contraseña es incorrecta",
             "pt": "Senha: incorreta|Senha esquecida|Telefone: nenhum|A minha senha é inválida", "it": "Password: errata|Password dimenticata|Telefono: nessuno|La mia password è scaduta",
             "nl": "Wachtwoord: onjuist|Wachtwoord vergeten|Telefoon: geen|Mijn wachtwoord is verlopen", "pl": "Hasło: błędne|Hasło wygasło|Telefon: brak|Moje hasło jest nieprawidłowe",
             "sv": "Lösenord: fel|Lösenord glömt|Telefon: saknas|Mitt lösenord är ogiltigt", "da": "Adgangskode: forkert|Adgangskode glemt|Telefon: ingen|Min adgangskode er udløbet",
             "fi": "Salasana: väärä|Salasana unohtunut|Puhelin: ei ole|Salasanani on vanhentunut", "cs": "Heslo: chybné|Heslo zapomenuto|Telefon: žádný|Moje heslo je neplatné"},
}
# Said alike in all languages: a name, a colon.
TECHNICAL = {
    "product version": "Chrome {v}|Firefox {v}|libcurl {v}|plugin {v}|Windows {v}|driver {v}|firmware {v}|Office {v}|Java {v}|AcmeSync {v}|v{v}", "file": "{v}|Logo: {v}|img/{v}|GET /static/{v}",
    "package": "{v}|npm install {v}|require {v}", "hash": "commit {v}|sha256: {v}|md5 {v}|etag {v}|{v}  setup.exe", "guid": "id {v}|request-id: {v}|correlationId={v}|{{{v}}}|trace {v}",
    "port": "localhost{v}|port {v}|app.example.com{v}", "error": "{v}|error {v}|HTTP {v}", "coordinates": "GPS {v}|lat/lon: {v}|geo:{v}", "isbn": "ISBN {v}|ISBN: {v}|ISBN-13 {v}", "sku": "SKU {v}|SKU: {v}|Art. {v}",
    "time": "{v}|at {v}|ts={v}", "escape": "{v}|title={v}", "article": "EAN {v}|EAN: {v}", "bulletin": "{v}|see {v}", "size": "{v}", "ticket": "ticket #{v}|#{v}|case #{v}", "epoch": "ts={v}|timestamp {v}|\"created_at\":{v}",
    "host": "{v}|host {v}|https://{v}/start", "code": "{v}",
}


def _version(chance):
    return chance.choice(["{}.{}.{}.{}".format(*(chance.randrange(0, high) for high in (30, 25, 12, 250))),
                          f"{chance.randrange(90, 140)}.0.{chance.randrange(4000, 7000)}.{chance.randrange(10, 250)}", f"10.0.{chance.randrange(10000, 22700)}.{chance.randrange(1, 3000)}",
                          f"{chance.randrange(1, 30)}.{chance.randrange(0, 20)}.{chance.randrange(0, 20)}"])


def _price(chance):
    whole, cents = chance.randrange(1, 9999), chance.randrange(100)
    return chance.choice([f"{whole},{cents:02d} €", f"${whole:,}.{cents:02d}", f"EUR {whole}.{cents:02d}", f"{whole}.{cents:02d} USD", f"£{whole}.{cents:02d}", f"{whole},- kr", f"CHF {whole}.{cents:02d}",
                          f"{whole // 1000 + 1}.{whole % 1000:03d},{cents:02d} €", f"{whole} zł", f"{whole} 000 Kč"])


def _day(chance):
    y, m, d = chance.randrange(2019, 2027), chance.randrange(1, 13), chance.randrange(1, 29)
    return chance.choice([f"{y}-{m:02d}-{d:02d}", f"{d:02d}.{m:02d}.{y}", f"{d:02d}/{m:02d}/{y}", f"{d}.{m}.{y}", f"{y}/{m:02d}/{d:02d}", f"{d:02d}-{m:02d}-{y}", f"{d:02d}.{m:02d}.{y % 100}"])


def _order(chance):
    """No number of a card among them: a long one that passes its check would be taken for one, and rightly."""
    while True:
        number = chance.choice([digits(chance, 6), digits(chance, 8), digits(chance, 10), digits(chance, 12), f"ORD-{chance.randrange(2020, 2027)}-{digits(chance, 7)}",
                                f"#{digits(chance, 6)}", f"{digits(chance, 3)}-{digits(chance, 7)}-{digits(chance, 7)}", f"A{digits(chance, 9)}", f"SO{digits(chance, 8)}", f"{digits(chance, 4)}-{digits(chance, 4)}"])
        if not checkdigits.luhn_holds(re.sub(r"\D", "", number)) or len(re.sub(r"\D", "", number)) < 13:
            return number


def _isbn(chance):
    body = "978" + chance.choice("0123") + draw(chance, string.digits, 8)
    check = str(-sum(int(c) * (1, 3)[i % 2] for i, c in enumerate(body)) % 10)
    return chance.choice([f"{body[:3]}-{body[3]}-{body[4:6]}-{body[6:]}-{check}", body + check, f"{chance.choice('0123')}-{draw(chance, string.digits, 3)}-{draw(chance, string.digits, 5)}-{chance.choice('123456789X')}"])


MAKERS = {
    "version": _version, "product version": _version, "order": _order, "price": _price, "date": _day, "isbn": _isbn,
    "invoice": lambda c: c.choice([f"RE-{c.randrange(2020, 2027)}-{digits(c, 5)}", f"INV{digits(c, 8)}", digits(c, 9), f"{c.randrange(2020, 2027)}/{digits(c, 6)}", f"INV-{digits(c, 6)}", f"F{digits(c, 4)}/{c.randrange(20, 27)}"]),
    "tracking": lambda c: c.choice(["1Z" + draw(c, string.ascii_uppercase + string.digits, 6) + digits(c, 10), f"R{c.choice('ABCR')}{digits(c, 9)}{c.choice(['DE', 'GB', 'FR', 'SE'])}", "JJD" + digits(c, 18),
                                     "00340434" + digits(c, 12), digits(c, 12), "3S" + draw(c, string.ascii_uppercase, 4) + digits(c, 9)]),
    "file": lambda c: c.choice(["logo@2x.png", "icon@3x.png", f"hero-{c.randrange(2, 99)}@2x.webp", f"IMG_20240{c.randrange(1, 10)}12_1{c.randrange(10000, 99999)}.jpg", f"invoice_{c.randrange(2020, 2027)}_{digits(c, 5)}.pdf",
                                f"report-{_day(c).replace('/', '-')}.xlsx", f"backup.{c.randrange(2020, 2027)}0{c.randrange(1, 10)}15.tar.gz", "sprite@1.5x.png", f"bg@{c.choice('234')}x.jpg", f"app.{draw(c, '0123456789abcdef', 8)}.js"]),
    "package": lambda c: c.choice(["react@18.2.0", "@angular/core@15.2.{}", "lodash@4.17.{}", "@types/node@20.1.{}", "vue@3.4.{}", "actions/checkout@v4", "image@sha256:" + draw(c, "0123456789abcdef", 64)]).format(c.randrange(1, 30)),
    "hash": lambda c: draw(c, "0123456789abcdef", c.choice((7, 10, 32, 40, 64))), "guid": lambda c: str(uuid.UUID(int=c.getrandbits(128), version=4)),
    "port": lambda c: f":{c.choice([8080, 8443, 3000, 5432, 3306, 27017, 6379, 11434, 9200])}", "sku": lambda c: c.choice([f"{draw(c, string.ascii_uppercase, 2)}-{digits(c, 5)}-{c.choice(['XL', 'M', 'BLK', 'R2'])}", f"{digits(c, 3)}.{digits(c, 3)}.{digits(c, 2)}", digits(c, 8)]),
    "error": lambda c: c.choice(["0x80070005", "0x8007232B", "ORA-00942", "ERR_CONNECTION_REFUSED", f"E{digits(c, 4)}", "502", "-2147024891", "SQLSTATE[23000]", f"ERR-{digits(c, 6)}", "0xC0000005", "18456", "0x" + draw(c, "0123456789ABCDEF", 8)]),
    "coordinates": lambda c: c.choice([f"{c.uniform(36, 60):.6f}, {c.uniform(1, 24):.6f}", f"{c.uniform(36, 60):.4f},{c.uniform(-8, 24):.4f}", f"48°{c.randrange(10, 60)}'{c.randrange(10, 60)}\"N"]),
    "time": lambda c: c.choice(["12:34:56", "2024-05-03T12:01:22.417Z", "00:11:22,345", "2024-05-03 12:01:22", "20240503-120122", "11:22:33.444", "20240503T120122Z"]),
    "escape": lambda c: c.choice(["%20", "&lt;b&gt;", "&nbsp;", "&amp;amp;", "%2F", "\\u00e9", "=C3=A9", "report%20final.pdf", "a%2Bb", "&eacute;t&eacute;", "50%25", "Caf%C3%A9", "logo%402x.png"]),
    "article": lambda c: (lambda body: body + str(-sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(body)) % 10))("40" + digits(c, 10)), "bulletin": lambda c: c.choice([f"KB{digits(c, 7)}", f"CVE-2024-{digits(c, 5)}", "RFC 5321", f"PR {digits(c, 5)}", f"JIRA-{digits(c, 4)}", "ISO 8601", "DIN 5008"]),
    "size": lambda c: c.choice(["1920x1080", "16 GB", f"{c.randrange(10, 99)}.{c.randrange(10, 99)} MB", f"{c.randrange(1000, 99999)} ms", f"{c.randrange(1000, 9999)} / {c.randrange(10000, 99999)} rows", f"{digits(c, 9)} bytes", f"{c.randrange(1, 99)},{c.randrange(10, 99)} %", f"{digits(c, 3)} {digits(c, 3)} rows"]),
    "ticket": lambda c: digits(c, c.choice((4, 5, 6, 7))), "epoch": lambda c: str(c.randrange(1600000000, 1799999999)), "host": lambda c: c.choice(["app.example.com", "eu-west-1.compute.example.net", "mx2.mail.example.org"]),
    "code": lambda c: c.choice(["std::vector<int>::at", "user@host:~$ make", "@Override", "arr[10][20]", "a::b::c", "git@2.43", "@media (min-width: 768px)", "if (a == 1234567)", "SELECT * FROM orders WHERE id = 4711", "foo.bar(1234, 5678)"]),
}
KINDS = list(MAKERS) + ["word"]


def decoy(chance, kind, language):
    words, place = WORDS[language], chance.choice(["subject", "text", "html", "url", "log", "table"])
    says = chance.choice((SAYS[kind][language] if kind in SAYS else TECHNICAL[kind]).split("|"))
    if kind == "word":
        kept = phrase = says
    else:
        kept = MAKERS[kind](chance)
        phrase = says.replace("{v}", kept).replace("{{", "{").replace("}}", "}")
    subject, description = chance.choice(words["subject"]), None
    escaped = kind in ("escape", "word", "code") or any(c in kept for c in "<>&\"'")
    if place == "url" and kind in ("order", "invoice", "tracking", "version", "product version", "guid", "hash", "ticket", "epoch", "isbn", "sku", "error"):
        field = {"order": "order_id", "invoice": "invoice", "tracking": "tracking", "version": "version", "product version": "app_version", "guid": "request_id", "hash": "commit", "ticket": "ticket", "epoch": "ts", "isbn": "isbn", "sku": "sku", "error": "code"}[kind]
        kept = urllib.parse.quote(kept, safe="")
        description = places.sentence(chance, words, places.address(chance, f"{field}={kept}"))
    elif place == "log":
        description = chance.choice(["2024-05-03T12:01:22Z INFO  web: {}", "May  3 12:01:22 app[17]: {}", "[12:01:22] ERROR {}", "{{\"level\":\"error\"}} {}"]).replace("{{", "{").replace("}}", "}").replace("{}", phrase)
    elif place == "html" and not escaped:
        description = f"<p>{html.escape(chance.choice(words['filler']))}</p><p>{phrase}</p>"
    elif place == "table" and kind != "word":
        description, _ = places.table(chance, chance.choice({"order": ["Order", "Bestellnummer", "Commande"], "invoice": ["Invoice", "Rechnung"], "version": ["Version"], "product version": ["Version"],
                                      "tracking": ["Tracking", "Sendungsnummer"], "isbn": ["ISBN"], "sku": ["SKU"], "article": ["EAN"], "epoch": ["Timestamp"], "ticket": ["Ticket"], "date": ["Date", "Datum"]}.get(kind, ["Info"])), kept)
        if kept not in description:
            kept = kept.replace('"', '""')
    elif place == "subject":
        subject, description = phrase, " ".join(chance.sample(words["filler"], 2))
    if description is None:
        place, description = "text", places.sentence(chance, words, phrase)
    return {"kind": kind, "language": language, "place": place, "value": kept, "ticket": {"subject": subject, "description": description}}


def decoys(chance, count):
    for i in range(count):
        yield decoy(chance, KINDS[i % len(KINDS)], LANGUAGES[i // len(KINDS) % len(LANGUAGES)])
