"""The rules of the house are held by machines: each breach that is planted here is found (scripts/arrows, names, circles,
parts, sizes)."""

import os
import shutil
import subprocess

import pytest

from conftest import TOP


@pytest.fixture
def house(tmp_path):
    for folder in ("lib", "daemon", "scripts"):
        shutil.copytree(os.path.join(TOP, folder), tmp_path / folder)
    return tmp_path


def verdict(house, script):
    done = subprocess.run([str(house / "scripts" / script)], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout


def add(house, path, text):
    with open(house / path, "a", encoding="utf-8") as file:
        file.write(text)


@pytest.mark.parametrize("script", ["arrows", "names", "circles", "parts", "sizes"])
def test_the_house_as_it_is_breaks_no_rule(house, script):
    assert verdict(house, script)[0] == 0, verdict(house, script)[1]


@pytest.mark.parametrize(
    "path, include",
    [
        ("lib/engine/write/bulk.c", '"engine/find/find.h"'),
        ("lib/engine/find/pass.c", '"engine/decide/decide.h"'),
        ("lib/engine/core/held.c", '"engine/write/write.h"'),
        ("lib/privacy/redact.c", '"config/config.h"'),
        ("lib/desk/desk.c", '"desk/zendesk/replies.h"'),
        ("lib/base/buf.c", "<unistd.h>"),
        ("lib/base/buf.c", "<curl/multi.h>"),
        ("lib/engine/core/held.c", "<engine/write/write.h>"),
        ("lib/engine/find/pass.c", '"../write/write.h"'),
        ("daemon/files/spool.c", "<curl/easy.h>"),
        ("daemon/store/store.c", "<sqlite3.h>"),
        ("daemon/store/store_open.c", '"daemon/store/sqlite/db.h"'),
        ("daemon/files/spool.c", '"daemon/server/http_server.h"'),
        ("daemon/control/routes.c", '"daemon/run/app.h"'),
        ("daemon/run/idle.c", "<sys/mman.h>"),
    ],
)
def test_an_arrow_that_is_not_allowed_is_found(house, path, include):
    add(house, path, f"#include {include}\n")
    status, told = verdict(house, "arrows")
    assert status == 1 and path in told and told.endswith("arrows: 1 wrong\n"), told


@pytest.mark.parametrize("line", ["#  include <unistd.h>", "  #include <unistd.h> /* for once */", "#include<unistd.h>"])
def test_an_include_is_seen_however_it_is_written(house, line):
    add(house, "lib/base/buf.c", line + "\n")
    assert verdict(house, "arrows")[0] == 1


def test_a_folder_that_nobody_named_has_no_arrows(house):
    (house / "lib/other").mkdir()
    add(house, "lib/other/thing.c", "int thing;\n")
    assert verdict(house, "arrows") == (1, "lib/other/thing.c: a folder without arrows; scripts/arrows has to name it\narrows: 1 wrong\n")


@pytest.mark.parametrize(
    "path, text, told",
    [
        ("lib/guard/bucket.c", "void fill_it(void)\n{\n}\n", "fill_it() does not begin with its module"),
        ("lib/guard/bucket.c", "static void bucket_twice(void)\n{\n}\n", None),
        ("lib/guard/window.c", "static void breaker_may(void)\n{\n}\n", "static breaker_may() is public in lib/guard/breaker.c"),
    ],
)
def test_a_name_that_breaks_the_rules_is_found(house, path, text, told):
    add(house, path, text)
    status, out = verdict(house, "names")
    assert (status == 1 and f"{path}: {told}" in out) if told else status == 0, out


def test_two_static_functions_of_one_name_in_a_folder_are_found(house):
    for path in ("lib/guard/bucket.c", "lib/guard/window.c"):
        add(house, path, "static void same(void)\n{\n}\n")
    status, told = verdict(house, "names")
    assert status == 1 and "lib/guard: static same() stands in 2 files: bucket.c, window.c" in told


def test_files_that_need_each_other_are_found(house):
    add(house, "lib/guard/bucket.c", "void bucket_first(void)\n{\n\twindow_second();\n}\n")
    add(house, "lib/guard/window.c", "void window_second(void)\n{\n\tbucket_first();\n}\n")
    status, told = verdict(house, "circles")
    assert status == 1 and "circle: lib/guard/bucket.c lib/guard/window.c" in told


@pytest.mark.parametrize(
    "touch",
    [
        "static void idle_pry(struct app *app)\n{\n\tapp->janitor.started = true;\n}\n",
        "static void idle_pry(struct app *it)\n{\n\tit->janitor.started = true;\n}\n",
        "static struct janitor *idle_pry(struct app *app)\n{\n\treturn &app->janitor;\n}\n",
    ],
)
def test_a_part_that_another_file_touches_is_found(house, touch):
    add(house, "daemon/run/idle.c", touch)
    status, told = verdict(house, "parts")
    assert status == 1 and "touches the part janitor, which is for janitor.c alone" in told


@pytest.mark.parametrize(
    "move",
    [
        "ticket->lane = LANE_READ;",
        "x->state = TICKET_WRITING;",
        "tickets[i]->state = state;",
        "tickets[i]->lane = lane;",
        "list_remove(&ticket->queue);",
        "heap_remove(&heap, &x->turn);",
    ],
)
def test_a_ticket_that_is_moved_outside_of_its_lanes_is_found(house, move):
    add(house, "lib/engine/write/bulk.c", "static void bulk_pry(void)\n{\n\t" + move + "\n}\n")
    status, told = verdict(house, "parts")
    assert status == 1 and "only lanes.c moves tickets: " + move in told


def test_a_quote_in_a_character_does_not_hide_what_comes_after_it(house):
    quote = "static char bucket_quote(void)\n{\n\treturn '\"';\n}\n"
    add(house, "lib/guard/bucket.c", quote + "void fill_it(void)\n{\n\twindow_second();\n}\n" + quote.replace("quote(", "again("))
    add(house, "lib/guard/window.c", "void window_second(void)\n{\n\tfill_it();\n}\n")
    assert "fill_it() does not begin with its module" in verdict(house, "names")[1]
    assert "circle: lib/guard/bucket.c lib/guard/window.c" in verdict(house, "circles")[1]


def test_a_file_that_is_too_large_is_found(house):
    add(house, "lib/guard/bucket.c", "int a;\n" * 401)
    add(house, "lib/guard/bucket.h", "\n" * 151)
    status, told = verdict(house, "sizes")
    assert status == 1 and "lines of code, at most 400" in told and "a header has at most 150" in told


def test_a_line_that_is_too_wide_is_found(house):
    add(house, "lib/guard/bucket.c", "\t/* " + "x" * 90 + " */\n")
    status, told = verdict(house, "sizes")
    assert status == 1 and "104 columns, at most 100" in told
