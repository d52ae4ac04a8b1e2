"""Redactions with their context, for a person to read: of decoys, and of tickets that people wrote. What was taken although it is
nothing personal shows there."""

import collections
import difflib
import glob
import json
import os
import re

import decoys
import judging

_MARK = re.compile(r"\[REDACTED_[A-Z_]+\]")


def _tickets(folder, chance):
    for record in decoys.decoys(chance, 6000):
        yield record["ticket"]
    for name in sorted(glob.glob(os.path.join(folder, "*.jsonl"))) if folder else []:
        with open(name, encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                yield {"subject": record.get("subject") or "", "description": record.get("description") or ""}


def redactions(driver, tickets):
    """(placeholder, what stood there, context) of each."""
    tickets = list(tickets)
    for ticket, answer in zip(tickets, judging.answers(driver, tickets)):
        for member in ("subject", "description"):
            before, after = ticket[member], answer.get(member, "")
            if before == after or not _MARK.search(after):
                continue
            parts = re.split(r"(\[REDACTED_[A-Z_]+\]|\s+)", after)
            old = re.split(r"(\s+)", before)
            for tag, a, b, c, d in difflib.SequenceMatcher(None, old, parts, autojunk=False).get_opcodes():
                marks = [p for p in parts[c:d] if _MARK.fullmatch(p)]
                if tag != "equal" and marks:
                    at = len("".join(old[:a]))
                    taken = "".join(old[a:b])
                    end = at + len(taken)
                    yield marks[0], taken, f"{before[max(0, at - 70):at]}«{taken}»{before[end:end + 50]}"


def show(driver, count, folder, chance):
    found = collections.defaultdict(dict)
    for mark, taken, context in redactions(driver, _tickets(folder, chance)):
        found[mark][taken] = context
    share = {mark: min(len(of), max(10, count * len(of) // max(1, sum(map(len, found.values()))))) for mark, of in found.items()}
    print(f"\n{sum(map(len, found.values()))} different redactions; read these:")
    for mark in sorted(found):
        print(f"\n== {mark}: {share[mark]} of {len(found[mark])}")
        for taken in chance.sample(sorted(found[mark]), share[mark]):
            print("   " + " ".join(found[mark][taken].split()))
