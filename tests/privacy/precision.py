"""Redactions with their context, for a person to read: of decoys, of tickets that people wrote, and, where those have fewer than ten of
a kind, of tickets with planted values. What was taken although it is nothing personal shows there."""

import collections
import difflib
import glob
import json
import os
import re

import decoys
import judging
import planting

OF_EACH_KIND = 10
_MARK = re.compile(r"\[REDACTED_[A-Z_]+\]")


def _tickets(folder, chance):
    """(source, ticket)"""
    for record in decoys.decoys(chance, 6000):
        yield "decoy", record["ticket"]
    for name in sorted(glob.glob(os.path.join(folder, "*.jsonl"))) if folder else []:
        with open(name, encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                yield "data", {"subject": record.get("subject") or "", "description": record.get("description") or ""}
    for record in planting.planted(chance, 4000):
        if record["notation"] == "plain":
            yield "planted", record["ticket"]


def _changed(before, after):
    """(placeholder, context) of each redaction of one text."""
    old, new = re.split(r"(\s+)", before), re.split(r"(\[REDACTED_[A-Z_]+\]|\s+)", after)
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        marks = [part for part in new[c:d] if _MARK.fullmatch(part)]
        if tag != "equal" and marks:
            at = len("".join(old[:a]))
            taken = "".join(old[a:b])
            end = at + len(taken)
            rest = "".join(new[c:d]) if len(marks) == 1 else " ".join(marks)
            yield marks[0], f"{before[max(0, at - 70):at]}«{taken}»{before[end:end + 50]}  =>  {rest}"


def _redactions(driver, tickets):
    """{placeholder: {context: source}}, the sources in their order: what people wrote goes before what is planted."""
    found = collections.defaultdict(dict)
    sources, texts = zip(*tickets)
    for source, ticket, answer in zip(sources, texts, judging.answers(driver, texts)):
        for member in ("subject", "description"):
            before, after = ticket[member], answer.get(member, "")
            if before != after and _MARK.search(after):
                for mark, context in _changed(before, after):
                    found[mark].setdefault(context, source)
    return found


def _shares(real, found, count):
    """{placeholder: (of decoys and data, of planted tickets)}: at least ten of each kind, the rest by how many there are of it in
    decoys and data; what those do not have is filled up with planted ones, of all kinds alike."""
    total = max(1, sum(map(len, real.values())))
    shares = {mark: [min(len(real[mark]), max(OF_EACH_KIND, count * len(real[mark]) // total)), 0] for mark in found}
    for mark, share in shares.items():
        share[1] = min(len(found[mark]) - len(real[mark]), max(0, OF_EACH_KIND - share[0]))
    lacking = count - sum(map(sum, shares.values()))
    while lacking > 0:
        open_marks = [mark for mark in sorted(found) if shares[mark][1] < len(found[mark]) - len(real[mark])][:lacking]
        if not open_marks:
            break
        for mark in open_marks:
            shares[mark][1] += 1
        lacking -= len(open_marks)
    return shares


def show(driver, count, folder, chance):
    found = _redactions(driver, list(_tickets(folder, chance)))
    real = {mark: [context for context, source in of.items() if source != "planted"] for mark, of in found.items()}
    shares = _shares(real, found, count)
    for mark in sorted(found):
        others = sorted(set(found[mark]) - set(real[mark]))
        chosen = chance.sample(sorted(real[mark]), shares[mark][0]) + chance.sample(others, shares[mark][1])
        print(f"\n== {mark}: {len(chosen)} of {len(real[mark])} in decoys and data, {len(others)} in planted tickets")
        for context in chosen:
            print(f"   {found[mark][context]:8}" + " ".join(context.split()))
    print(f"\n{sum(map(sum, shares.values()))} redactions of {len(found)} kinds")
