#!/usr/bin/env python3
"""Plants personal values in tickets of twelve languages, lets the program make of them what a model would see, and looks for what
is left; and tickets that hold nothing personal, of which everything should stay. Exits with 1 when a value is left or more than
five of a thousand decoys are taken.

    tests/privacy/planted.py --driver build/dev/tests/aitd_redact_lines --planted 20000 --decoys 10000 [--seed N] [--show N]"""

import argparse
import collections
import os
import random
import subprocess
import sys

import decoys
import judging
import planting
import precision

DRAW = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts", "draw")
COMBINATIONS = 60  # lines of the finest count
KEPT_AT_LEAST = 995  # of a thousand decoys


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--driver", help="reads tickets as lines of JSON, writes what would be sent of them")
    parser.add_argument("--itself", action="store_true", help="no driver: is each value found in its own ticket as it is?")
    parser.add_argument("--planted", type=int, default=2000)
    parser.add_argument("--decoys", type=int, default=1000)
    parser.add_argument("--seed", type=int, help="without it: scripts/draw")
    parser.add_argument("--examples", type=int, default=3, help="of each kind and notation that fails")
    parser.add_argument("--show", type=int, default=0, help="print so many redactions of decoys and of --data, to be read")
    parser.add_argument("--data", help="a folder with tickets as lines of JSON")
    options = parser.parse_args()
    if not options.driver and not options.itself:
        parser.error("--driver is needed")
    if options.seed is None:
        options.seed = int(subprocess.check_output([DRAW, "privacy"], text=True))
        print(subprocess.check_output([DRAW, "--line"], text=True).strip())
    return options


def counts(title, records, failed, by):
    """How many of each failed, where any did."""
    all_of, failed_of = collections.Counter(map(by, records)), collections.Counter(by(record) for record, *_ in failed)
    print(f"\n{title}:")
    for key in sorted(failed_of, key=lambda k: (-failed_of[k], k)):
        print(f"  {key}: {failed_of[key]} of {all_of[key]}")


def matrix(failed):
    """Kinds by notations; after that each combination that failed, the most frequent first."""
    pairs = collections.Counter((record["kind"], record["notation"]) for record, *_ in failed)
    print("\nleft, by kind and notation:\n" + " " * 18 + "".join(f"{name:>10}" for name in planting.NOTATIONS))
    for kind in sorted({kind for kind, _ in pairs}):
        print(f"  {kind:16}" + "".join(f"{pairs[kind, name] or '.':>10}" for name in planting.NOTATIONS))
    fine = collections.Counter(" x ".join(record[name] for name in ("kind", "notation", "language", "place")) for record, *_ in failed)
    print(f"\nleft, by kind x notation x language x place ({len(fine)} combinations, {COMBINATIONS} shown):")
    for key, number in fine.most_common(COMBINATIONS):
        print(f"  {key}: {number}")


def examples(failed, by, limit):
    groups = collections.defaultdict(list)
    for one in failed:
        groups[by(one[0])].append(one)
    for key in sorted(groups, key=lambda k: (-len(groups[k]), k)):
        print(f"\n-- {key} ({len(groups[key])})")
        for record, answer, where in groups[key][:limit]:
            print(f"   {record['value']!r} ", [record[name] for name in ("language", "place", "scenario", "form") if name in record])
            for member, text in record["ticket"].items():
                if member == where or answer.get(member) != text and not where or record.get("scenario", "").startswith("again"):
                    print(f"     {member} in  {text[:400]!r}\n     {' ' * len(member)} out {answer.get(member, '')[:400]!r}")


def itself(plants, lures):
    """Who looks for values must find them where nothing is taken out."""
    unseen = [record for record in plants if not judging.what_is_left(record, record["ticket"])]
    lost = [record for record in lures if not judging.is_kept(record, record["ticket"])]
    for record in (unseen + lost)[:20]:
        print(f"not found in its own ticket: {record}")
    print(f"found where nothing is taken out: {len(plants) - len(unseen)} of {len(plants)} planted values, "
          f"{len(lures) - len(lost)} of {len(lures)} decoys")
    return 1 if unseen or lost else 0


def main():
    options = arguments()
    chance = random.Random(options.seed)
    plants = list(planting.planted(chance, options.planted))
    lures = list(decoys.decoys(chance, options.decoys))
    if options.itself:
        return itself(plants, lures)
    answers = judging.answers(options.driver, [record["ticket"] for record in plants + lures])
    left, taken = [], []
    for record, answer in zip(plants, answers):
        found = judging.what_is_left(record, answer)
        if found:
            left.append((record, answer, found[0]))
    for record, answer in zip(lures, answers[len(plants):]):
        if not judging.is_kept(record, answer):
            taken.append((record, answer, None))
    kept = len(lures) - len(taken)
    print(f"seed {options.seed}: {len(left)} of {len(plants)} planted values left; {kept} of {len(lures)} decoys kept")
    if left:
        for name in ("kind", "notation", "language", "place", "scenario"):
            counts(f"left, by {name}", plants, left, lambda record, name=name: record[name])
        matrix(left)
        examples(left, lambda record: f"{record['kind']} / {record['notation']} / {record['scenario'].split('/')[0]}",
                 options.examples)
    if taken:
        counts("decoys taken, by kind", lures, taken, lambda record: record["kind"])
        examples(taken, lambda record: f"decoy {record['kind']}", options.examples)
    if options.show:
        precision.show(options.driver, options.show, options.data, chance)
    return 1 if left or kept * 1000 < KEPT_AT_LEAST * len(lures) else 0


if __name__ == "__main__":
    sys.exit(main())
