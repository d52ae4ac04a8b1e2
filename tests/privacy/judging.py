"""Whether a planted value can still be found in what would be sent, and whether a decoy is still there. The ways of looking:
`signs`   seven tenths of the letters and digits in a row, whatever stands between them    `part`   six tenths of the text in a row
`whole`   the text, small and large letters alike                                          `token`  the text, with nothing at it"""

import json
import re
import subprocess

import notations

_CODES = re.compile("&#x?[0-9a-f]+;|%[0-9a-f]{2}")
MEMBERS = ("subject", "description", "summary")


def answers(driver, tickets):
    """What the program makes of each ticket, in their order."""
    lines = "".join(json.dumps(ticket, ensure_ascii=False) + "\n" for ticket in tickets)
    done = subprocess.run([driver], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    found = [json.loads(line) for line in done.stdout.decode().splitlines()]
    if len(found) != len(tickets):
        raise SystemExit(f"{driver}: {len(found)} answers to {len(tickets)} tickets")
    return found


def _windows(text, share, least):
    size = max(min(least, len(text)), -(-len(text) * share // 10))
    return {text[i:i + size] for i in range(len(text) - size + 1)}


def what_is_left(record, answer):
    """The member and the text that gives the value away, or None."""
    for member in MEMBERS:
        if member not in answer:
            continue
        forms = notations.again(answer[member])
        # What stands around a placeholder is not one number with what stands before it.
        numbers = [notations.signs(re.sub(r"\[[A-Z_]+\]", "\ue000x\ue000", form)) for form in forms]
        folded = [notations.folded(form) for form in forms]
        for way, text in record["left"]:
            if way == "signs":
                if any(piece in number for piece in _windows(notations.signs(text), 7, 6) for number in numbers):
                    return member, answer[member]
            elif way == "token":
                token = rf"(?<![\w.]){re.escape(text)}(?![\w.]*\w)"
                if any(re.search(token, _CODES.sub(" ", form)) for form in folded):
                    return member, answer[member]
            elif way == "whole":
                if any(notations.folded(text) in form for form in folded):
                    return member, answer[member]
            elif any(piece in form for piece in _windows(notations.folded(text), 6, 5) for form in folded):
                return member, answer[member]
    return None


def is_kept(record, answer):
    return any(record["value"] in answer[member] for member in ("subject", "description"))
