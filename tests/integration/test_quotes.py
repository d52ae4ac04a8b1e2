"""The messages that documents quote are those of the program (scripts/quotes): a false quote that is planted here is found, and so is a
message of the program that was changed without its documents."""

import os
import re
import shutil
import subprocess

import pytest

from conftest import TOP

GUIDE = "docs/TROUBLESHOOTING.md"


@pytest.fixture
def house(tmp_path):
    for folder in ("lib", "daemon", "packaging", "scripts", "docs"):
        shutil.copytree(os.path.join(TOP, folder), tmp_path / folder)
    return tmp_path


def verdict(house):
    done = subprocess.run([str(house / "scripts/quotes")], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout


def plant(house, quote):
    with open(house / GUIDE, "a", encoding="utf-8") as file:
        file.write(f"\n> {quote}\n")


def change(house, path, old, new):
    text = (house / path).read_text(encoding="utf-8")
    assert old in text
    (house / path).write_text(text.replace(old, new), encoding="utf-8")


def symptoms():
    """[(heading, quotes, what follows)]"""
    with open(os.path.join(TOP, GUIDE), encoding="utf-8") as file:
        for part in file.read().split("\n### ")[1:]:
            heading, _, rest = part.partition("\n")
            rest = rest.partition("\n## ")[0]
            yield heading, re.findall(r"^> (.+)$", rest, re.M), rest


def test_each_quote_is_a_message_of_the_program(house):
    assert verdict(house) == (0, ""), verdict(house)[1]


def test_each_symptom_has_a_message_and_says_what_it_means_and_what_to_do():
    incomplete = [heading for heading, quotes, rest in symptoms()
                  if not (quotes and "\n**Means:** " in rest and "\n**Do:** " in rest)]
    assert incomplete == []
    assert len(list(symptoms())) >= 40


@pytest.mark.parametrize(
    "quote",
    [
        "The moon cannot be written, so Zendesk updates are on hold.",  # one word is another
        "The database cannot be written, so Zendesk updates are on hold. Wait.",  # more than is said
        "Zendesk does not answer: timeout; requests are on hold, one retry every 60 minutes",  # "s" in the program
        "There is no such host in the whole wide world.",
        "… … … …: … … …",  # fits everywhere, says nothing
        "Ticket 12 was eaten: by a dog",
        "Disk almost full: 3 MiB",
    ],
)
def test_a_false_quote_is_found(house, quote):
    plant(house, quote)
    status, told = verdict(house)
    assert status == 1 and told.endswith("quotes: 1 wrong\n") and f"{GUIDE}:" in told, told


@pytest.mark.parametrize(
    "quote",
    [
        "Zendesk does not answer: …; requests are on hold, one retry every 60 s",  # a value in place of a directive
        "There is no host acmee.zendesk.com.",
        "ollama pull llama3.1:8b",  # a part
        "At 95 % it is over",  # "%%" is a percent sign, and this text is planted below
        "log.dir: /var/log/ai-ticketd/20261130.log was moved or deleted; the log goes on in a new file",
    ],
)
def test_a_value_may_stand_where_the_program_puts_one(house, quote):
    with open(house / "lib/base/buf.c", "a", encoding="utf-8") as file:
        file.write('\n#define PERCENT 95\nconst char *const planted = "At " "%d" " %% it is over";\n')
    plant(house, quote)
    assert verdict(house) == (0, ""), verdict(house)[1]


def test_a_message_that_was_changed_without_its_documents_is_found(house):
    change(house, "lib/observe/health_words.c", "Disk nearly full: ", "The disk has hardly any room: ")
    status, told = verdict(house)
    assert status == 1 and "Disk nearly full" in told, told


def test_a_message_that_stands_only_in_a_comment_is_none(house):
    with open(house / "lib/base/buf.c", "a", encoding="utf-8") as file:
        file.write('\n/* "The moon is full, so nothing is written" */\n')
    plant(house, "The moon is full, so nothing is written")
    assert verdict(house)[0] == 1


def test_a_macro_that_is_a_text_counts_as_one(house):
    change(house, "lib/config/remedy.c", "#define STORE_FOLDER \"/etc/credstore/\"", "#define STORE_FOLDER \"/srv/secrets/\"")
    status, told = verdict(house)
    assert status == 1 and "put it into /etc/credstore/" in told, told
