"""What every release rests on: one place for the version, and a bill of materials that says what is linked."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import jsonschema
import pytest

from conftest import BIN, DAEMON, TOP

BUILD = pathlib.Path(TOP, BIN)
PROGRAMS = ("daemon/ai-ticketd", "daemon/ai-ticketctl", "packaging/systemd/ai-ticketd-reload")
VERSION = subprocess.run([os.path.join(TOP, "scripts/version")], capture_output=True, text=True, check=True).stdout.strip()
# What SPDX 2.3 demands of a document, a package and a relationship.
ID = {"type": "string", "pattern": "^SPDXRef-[a-zA-Z0-9.-]+$"}
TEXT = {"type": "string", "minLength": 1}
SPDX = {
    "type": "object",
    "required": ["spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo", "packages", "relationships"],
    "properties": {
        "spdxVersion": {"const": "SPDX-2.3"},
        "dataLicense": {"const": "CC0-1.0"},
        "SPDXID": {"const": "SPDXRef-DOCUMENT"},
        "name": TEXT,
        "documentNamespace": {"type": "string", "pattern": "^https://[^#]+$"},
        "creationInfo": {
            "type": "object",
            "required": ["created", "creators"],
            "properties": {
                "created": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
                "creators": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^(Person|Organization|Tool): ."}},
            },
        },
        "packages": {"type": "array", "minItems": 2, "items": {
            "type": "object",
            "required": ["SPDXID", "name", "versionInfo", "downloadLocation", "filesAnalyzed"],
            "properties": {
                "SPDXID": ID, "name": TEXT, "versionInfo": TEXT, "downloadLocation": TEXT, "filesAnalyzed": {"const": False},
                "supplier": {"type": "string", "pattern": "^(NOASSERTION|(Person|Organization): .+)$"},
                "externalRefs": {"type": "array", "items": {
                    "type": "object",
                    "properties": {"referenceCategory": {"const": "PACKAGE-MANAGER"}, "referenceType": {"const": "purl"},
                                   "referenceLocator": {"type": "string", "pattern": r"^pkg:deb/\w+/[a-z0-9.+-]+@[^?]+\?arch=\w+$"}},
                    "required": ["referenceCategory", "referenceType", "referenceLocator"]}},
            },
        }},
        "relationships": {"type": "array", "items": {
            "type": "object",
            "required": ["spdxElementId", "relationshipType", "relatedSpdxElement"],
            "properties": {"spdxElementId": ID, "relatedSpdxElement": ID,
                           "relationshipType": {"enum": ["DESCRIBES", "DYNAMIC_LINK", "STATIC_LINK", "CONTAINS"]}},
        }},
    },
}


IMAGE = re.compile(r"\bai-ticketd:(\d+\.\d+\.\d+)")


def sbom(build=BUILD):
    done = subprocess.run([os.path.join(TOP, "scripts/sbom"), build], capture_output=True, text=True, timeout=120,
                          env={**os.environ, "SOURCE_DATE_EPOCH": "1796000000"})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def related(bill, kind):
    """{package: what of it}"""
    names = {package["SPDXID"]: package["name"] for package in bill["packages"]}
    return {names[row["relatedSpdxElement"]]: row["comment"].split(", ") for row in bill["relationships"] if row["relationshipType"] == kind}


def needed(*programs):
    """What the loader is asked for, as binutils' other reader of programs says."""
    text = subprocess.run(["objdump", "-p", *programs], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^ +NEEDED +(\S+)", text, re.M))


def files_of(package):
    return subprocess.run(["dpkg", "-L", package], capture_output=True, text=True, check=True).stdout.splitlines()


def test_the_bill_of_materials_is_spdx_and_its_parts_refer_to_each_other():
    bill = sbom()
    jsonschema.validate(bill, SPDX)
    known = {"SPDXRef-DOCUMENT", *(package["SPDXID"] for package in bill["packages"])}
    assert len(known) == len(bill["packages"]) + 1
    named = {row[end] for row in bill["relationships"] for end in ("spdxElementId", "relatedSpdxElement")}
    assert named == known, "each package is there for a reason, and no reason is without its package"
    assert bill["packages"][0]["versionInfo"] == VERSION
    assert sbom() == bill


def test_the_bill_of_materials_names_exactly_what_the_programs_are_linked_with():
    linked = related(sbom(), "DYNAMIC_LINK")
    assert sorted(name for names in linked.values() for name in names) == sorted(needed(*(BUILD / program for program in PROGRAMS)))
    versions = {package["name"]: package["versionInfo"] for package in sbom()["packages"]}
    for package, names in linked.items():
        files = files_of(package)
        assert all(any(file.endswith("/" + name) for file in files) for name in names), (package, names)
        installed = subprocess.run(["dpkg-query", "-W", "-f=${Version}\n", package], capture_output=True, text=True, check=True).stdout
        assert versions[package] in installed.splitlines()


def test_what_is_compiled_in_is_named_with_its_package():
    bill = sbom()
    (chart,), = related(bill, "CONTAINS").values()
    assert chart.lower() == "chart.min.js"
    sources = list(related(bill, "STATIC_LINK").values())
    assert sources == [] if any("llhttp" in name for name in needed(DAEMON)) else sources == [["llhttp.h"]]
    for kind in ("CONTAINS", "STATIC_LINK"):
        for package, (file,) in related(bill, kind).items():
            assert any(path.endswith("/" + file) for path in files_of(package)), (package, file)


def test_a_program_that_is_linked_otherwise_has_another_bill(tmp_path):
    """bash instead of the daemon: its own library is named, and those of the daemon alone are not."""
    for program in PROGRAMS:
        (tmp_path / program).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy("/bin/bash", tmp_path / program)
    shutil.copy(BUILD / "CMakeCache.txt", tmp_path)
    linked = related(sbom(tmp_path), "DYNAMIC_LINK")
    assert sorted(name for names in linked.values() for name in names) == sorted(needed("/bin/bash"))
    assert not any("libuv" in package for package in linked)


def texts():
    """The files that are shipped or that make what is shipped."""
    for folder, folders, files in os.walk(TOP):
        if folder == TOP:
            folders[:] = [name for name in folders if name not in ("build", "tests", "shared", ".git")]
        for name in sorted(files):
            path = pathlib.Path(folder, name)
            if not name.endswith((".tests.yml", ".pyc")) and path.is_file():
                yield path.relative_to(TOP).as_posix(), path.read_text(errors="ignore")


def test_the_version_stands_in_one_place():
    word = re.compile(rf"(?<![\d.]){re.escape(VERSION)}(?![\d.]\d)")
    places = {place for place, text in texts() if word.search(IMAGE.sub("", text))}
    assert places - {"docs/UPGRADING.md"} == {"CMakeLists.txt", "CHANGELOG.md"}, "derive it: scripts/version prints it"


def test_examples_that_name_an_image_name_the_one_of_this_version():
    """Nothing derives these: people copy them."""
    named = {(place, version) for place, text in texts() for version in IMAGE.findall(text)}
    assert {version for _, version in named} <= {VERSION}, named


def test_changelog_and_upgrade_notes_begin_with_the_version():
    assert re.search(r"^## (\S+)", pathlib.Path(TOP, "CHANGELOG.md").read_text(), re.M).group(1) == VERSION
    assert re.search(r"^\| (\d\S*) \|", pathlib.Path(TOP, "docs/UPGRADING.md").read_text(), re.M).group(1) == VERSION


@pytest.mark.parametrize("program", ["ai-ticketd", "ai-ticketctl"])
def test_the_programs_say_the_version(program):
    done = subprocess.run([BUILD / "daemon" / program, "--version"], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[0] == f"{program} {VERSION}"
