"""What documents say can be followed: their links lead to a file of this repository and to a heading of it, and the programs know each
command and option that is written there."""

import glob
import os
import re
import subprocess

import pytest

from conftest import BIN, DAEMON, TOP

CTL = os.path.join(BIN, "daemon/ai-ticketctl")
DOCUMENTS = sorted(os.path.relpath(path, TOP)
                   for path in [*glob.glob(os.path.join(TOP, "*.md")), *glob.glob(os.path.join(TOP, "docs/*.md")),
                                *glob.glob(os.path.join(TOP, "packaging/**/*.md"), recursive=True)])
GUIDES = ["README.md", "docs/DEPLOYMENT.md", "docs/MIGRATING.md", "docs/TROUBLESHOOTING.md"]
LINK = re.compile(r"\]\(([^)\s]+)\)")
# Behind what a word is a command: nothing, another command, a variable, an option's end (kubectl exec), a user (cron), docker exec.
BEFORE = re.compile(r"(^|[;|&({] ?|\b[A-Z_]+=\S+ |-- |\*/?\d* root |exec \S+ )$")
VALUES = {"ID": "12345", "ID...": "12345", "NAME": "gpt-4o-mini", "FILE": "file.csv"}


def text_of(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def anchors(text):
    """As forges make them: small letters, blanks become hyphens, other signs go."""
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")
            for heading in re.findall(r"^#+ (.+)$", text, re.M)}


def dead_links(path, text):
    for target in LINK.findall(re.sub(r"`[^`\n]*`", "", text)):
        if re.match(r"https?://|mailto:", target):
            continue
        name, _, anchor = target.partition("#")
        file = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
        if name and not os.path.exists(os.path.join(TOP, file)):
            yield f"{path}: there is no {file}"
        elif anchor and anchor not in anchors(text if file == path else text_of(file)):
            yield f"{path}: {file} has no heading #{anchor}"


@pytest.mark.parametrize("path", DOCUMENTS)
def test_each_link_leads_somewhere(path):
    assert list(dead_links(path, text_of(path))) == []


def test_a_dead_link_is_found():
    text = "# A heading\n[a](#a-heading) [b](README.md#monitor) [c](#no-heading) [d](docs/NOTHING.md) [e](README.md#nothing)\n"
    assert list(dead_links("NOTES.md", text)) == ["NOTES.md: NOTES.md has no heading #no-heading", "NOTES.md: there is no docs/NOTHING.md",
                                                   "NOTES.md: README.md has no heading #nothing"]


def code_of(text):
    """Indented lines without their comments, and what stands between backticks."""
    lines = text.split("\n")
    yield from (re.sub(r"\s+#.*", "", line.strip()) for line in lines if line.startswith("    "))
    prose = "\n".join(line for line in lines if not line.startswith("    "))
    yield from (" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose))


def commands(program, text):
    """Lists of words, once each, with values in place of ID and the like."""
    found = {match.group(1) for code in code_of(text)
             for match in re.finditer(rf"(?<![\w./-]){program}((?: [\w./:@+-]+)+)", code) if BEFORE.search(code[:match.start()])}
    return sorted([VALUES.get(word, word) for word in words.split()] for words in found if "…" not in words)


def unknown_to_ctl(text, folder):
    """A command that is known finds no service here; any other one is refused before it looks for one."""
    for words in commands("ai-ticketctl", text):
        done = subprocess.run([CTL, "--socket", str(folder / "none"), *words], capture_output=True, text=True, timeout=30, cwd=folder,
                              stdin=subprocess.DEVNULL)
        named = len(words) == 1 and done.stderr.endswith(" is required\n")  # in a sentence, without its ticket
        if words[0] != "unseal" and not named and "there is no socket" not in done.stderr:
            yield words, done.stderr


def unknown_to_daemon(text, world):
    """With --check-config a command line is read and nothing is done."""
    world.env.update({"ZENDESK_SUBDOMAIN": "acme"})
    for words in commands("ai-ticketd", text):
        if words[0][0] != "-":
            continue  # of a sentence, or doctor
        at = words.index("--env-file") + 1 if "--env-file" in words else None
        if at:
            words[at] = str(world.home / "env")
            (world.home / "env").write_text("")
            (world.home / "env").chmod(0o600)
        done = world.run(*words, "--check-config")
        if done.status != 0:
            yield words, done.err


@pytest.mark.parametrize("path", GUIDES)
def test_the_programs_know_each_command_that_is_written(world, path):
    text = text_of(path)
    assert len(commands("ai-ticketctl", text)) > 2
    assert list(unknown_to_ctl(text, world.path)) == []
    assert list(unknown_to_daemon(text, world)) == []


def test_a_command_that_there_is_not_is_found(world):
    text = "`ai-ticketctl restart`, `ai-ticketctl history --sinse 13:30`, `ai-ticketctl\nstatus`\n\n    ai-ticketd --onse   # now\n    ai-ticketd --once\n"
    assert [words for words, _ in unknown_to_ctl(text, world.path)] == [["history", "--sinse", "13:30"], ["restart"]]
    assert [words for words, _ in unknown_to_daemon(text, world)] == [["--onse"]]
