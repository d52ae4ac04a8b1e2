"""The page's own files: what they may not contain, that every one is needed, and that no one asks anybody else."""

import gzip
import os
import re

import pytest

from conftest import TOP

PAGE = os.path.join(TOP, "daemon/page")
FILES = sorted(name for name in os.listdir(PAGE) if name.endswith((".js", ".css", ".html", ".svg")) and not name.startswith("LICENSE"))
SCRIPTS = [name for name in FILES if name.endswith(".js")]
CHART = "/usr/share/javascript/chart.js/chart.min.js"
FORBIDDEN = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|\bFunction\(|style=|srcdoc|createContextualFragment|parseFromString"
                       r"|setTimeout\(\s*['\"`]|javascript:|localStorage|document\.cookie|EventSource|XMLHttpRequest|\.setAttribute\(\s*['\"]on")


def read(name):
    with open(os.path.join(PAGE, name), encoding="utf-8") as file:
        return file.read()


@pytest.mark.parametrize("name", FILES)
def test_no_file_makes_markup_or_code_of_text(name):
    assert [line for line in read(name).splitlines() if FORBIDDEN.search(line)] == []


def test_what_is_forbidden_would_be_found():
    for line in ("a.innerHTML = b", "eval(text)", "new Function('x')", '<p style="color:red">', "setTimeout('go()', 1)", "localStorage.x = 1",
                 "node.setAttribute('onclick', x)", "document.write(x)", "new EventSource('/x')"):
        assert FORBIDDEN.search(line), line


@pytest.mark.parametrize("name", FILES)
def test_no_file_names_another_host(name):
    addresses = [url for url in re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s'\"]*", read(name)) if not url.endswith("w3.org/2000/svg")]
    assert addresses == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_says_what_it_is_for_and_is_used(name):
    assert read(name).startswith("/* ")
    users = [other for other in FILES if other != name and f"/{name}'" in read(other) or f'/{name}"' in read(other)]
    assert users, f"nobody uses {name}"


def test_every_name_that_a_script_imports_is_exported_and_used():
    for name in SCRIPTS:
        text = read(name)
        for names, source in re.findall(r"import \{ ([^}]+) \} from '/([\w.]+)'", text):
            exported = set(re.findall(r"export (?:async )?(?:function\*?|const|let|class) ([\w$]+)", read(source)))
            for one in names.split(", "):
                original, _, local = one.partition(" as ")
                assert original in exported, f"{name}: {source} has no {original}"
                assert len(re.findall(rf"(?<![\w$]){re.escape(local or original)}(?![\w$])", text)) > 1, f"{name} does not use {one}"


def test_every_element_that_scripts_ask_for_is_in_the_page():
    ids = set(re.findall(r'id="([\w-]+)"', read("index.html")))
    asked = {(name, one) for name in SCRIPTS for one in re.findall(r"\$\('([\w-]+)'\)", read(name))}
    made = set(re.findall(r"id: '([\w-]+)'", "".join(map(read, SCRIPTS))))
    assert {one for one in asked if one[1] not in ids | made} == set()


def test_the_page_with_its_chart_library_is_below_150_kb_on_the_wire(tell):
    sizes = {name: len(gzip.compress(read(name).encode(), 9)) for name in FILES}
    with open(CHART, "rb") as file:
        sizes["chart.js"] = len(gzip.compress(file.read(), 9))
    tell(f"{sum(sizes.values()) / 1000:.0f} kB compressed, of which the chart library {sizes['chart.js'] / 1000:.0f} kB")
    assert sum(sizes.values()) < 145_000  # headers take the rest


def test_the_chart_library_is_one_that_the_page_knows():
    with open(CHART, encoding="utf-8") as file:
        assert re.search(r"Chart\.js v[34]\.", file.read(400))
