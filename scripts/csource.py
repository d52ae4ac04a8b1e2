"""What the scripts that read C have in common: which files there are, and their text without what is not code."""

import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMMENT_OR_TEXT = re.compile(r'/\*.*?\*/|//[^\n]*|("(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\')', re.S)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)


def sources(folders, endings, root=ROOT):
    """Paths below root, in order."""
    for folder in folders:
        for place, _, names in sorted(os.walk(os.path.join(root, folder))):
            for name in sorted(names):
                if name.endswith(endings):
                    yield os.path.relpath(os.path.join(place, name), root)


def text_of(path, root=ROOT):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def code_of(text):
    """Without comments, lines as they were; texts and characters are empty."""
    return COMMENT_OR_TEXT.sub(lambda match: '""' if match.group(1) else "\n" * match.group().count("\n"), text)


def includes(text):
    """[('"' or '<', header)]"""
    without_comments = COMMENT_OR_TEXT.sub(lambda match: match.group() if match.group(1) else " ", text)
    return INCLUDE.findall(without_comments)
