"""Where a value stands in a ticket: subject, running text, HTML, an address of the web, a line of a log, a table. A place gets a
phrase, or a value and what names it, and gives the text around it."""

import html
import json

HOSTS = "app.example.com", "shop.example.org", "portal.example.net", "login.example.com"
PATHS = "reset", "unsubscribe", "confirm", "login", "invite", "orders", "track", "api/v1/users", "callback"


def sentence(chance, words, phrase):
    parts = [chance.choice(words["filler"]) for _ in range(chance.randrange(0, 3))]
    tail = [chance.choice(words["filler"]) for _ in range(chance.randrange(0, 3))]
    by = chance.choice([" ", "\n", "\n\n"]) if "\n" not in phrase else "\n"
    return by.join(parts + [phrase] + tail)


def page(chance, words, before, coded, after):
    """Value `coded` for HTML already."""
    filler = html.escape(chance.choice(words["filler"]), quote=False)
    before, after = html.escape(before, quote=False), html.escape(after, quote=False)
    umlauts = chance.random() < 0.3
    if umlauts:
        filler, before, after = (t.encode("ascii", "xmlcharrefreplace").decode() for t in (filler, before, after))
    form = chance.choice(["<p>{f}</p>\n<p>{b}{v}{a}</p>", "<div>{b}{v}{a}<br>{f}</div>",
                          "<div dir=\"ltr\">{f}<div><br></div><div>{b}<span>{v}</span>{a}</div></div>",
                          "<p>{f}<br/>\n<b>{b}</b>{v}{a}</p>", "<table><tr><td>{b}</td><td>{v}{a}</td></tr></table><p>{f}</p>",
                          "<ul><li>{b}<strong>{v}</strong>{a}</li></ul>{f}"])
    return form.format(f=filler, b=before, v=coded, a=after)


def address(chance, query, amp="&"):
    """A link with `query` among its parameters."""
    start = f"https://{chance.choice(HOSTS)}/{chance.choice(PATHS)}?"
    return start + chance.choice([query, f"lang=en{amp}{query}", f"{query}{amp}step=2", f"id=7{amp}{query}{amp}ref=mail"])


def log_line(chance, field, value, text):
    """`text` is the value as plain prose has it; `field` names it."""
    stamp = chance.choice(["2024-05-03T12:01:22Z", "2024-05-03 12:01:22,417", "May  3 12:01:22", "[03/May/2024:12:01:22 +0000]"])
    quoted = json.dumps(value, ensure_ascii=False) if any(c in value for c in ' "=,;') else value
    return chance.choice([
        f"{stamp} INFO  web: request refused {field}={quoted} status=401",
                          f"{stamp} app[17]: level=warn msg=\"not valid\" {field}={quoted}",
        f"{stamp} ERROR com.example.Check - {field}: {text}", json.dumps({"ts": "12:01:22", "level": "error", field: value},
                                                                         ensure_ascii=False),
        f"{stamp} DEBUG params: {{\"{field}\"=>{json.dumps(value, ensure_ascii=False)}, \"step\"=>\"2\"}}",
                          f"{stamp} WARN [{field}={value}] rejected",
        f"ValueError: {field}='{value}' is not accepted"])


def table(chance, label, value, others=()):
    """A row or a column in the ways of Markdown, of spreadsheets and of exports. `others`: (label, value) that stand beside it."""
    cells = [("Nr.", "1"), ("Status", "ok")] + list(others) + [(label, value)]
    if chance.random() < 0.5:
        cells.append(("Info", "-"))
    way, form = chance.choice(["pipe", "pipe", "tab", "csv", "csv;"]), chance.choice(["row", "column"])
    if way == "csv" or way == "csv;":
        by = "," if way == "csv" else ";"
        quote = chance.random() < 0.4
        def cell(text):
            return '"' + text.replace('"', '""') + '"' if quote or set(text) & set(by + '"\n') else text
        cells = [(cell(head), cell(text)) for head, text in cells]
    else:
        by = " | " if way == "pipe" else "\t"
    if form == "row":
        rows = [by.join(pair) for pair in cells]
    else:
        rows = [by.join(c[0] for c in cells), by.join(c[1] for c in cells)]
    if way == "pipe":
        rows = [f"| {row} |" for row in rows]
        if form == "column":
            rows.insert(1, "|" + " --- |" * len(cells))
    return "\n".join(rows), f"table/{way}/{form}"
