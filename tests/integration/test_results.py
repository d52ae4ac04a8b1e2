"""What stays behind: the results file, the text log, the lines on a terminal."""

import json
import os
import re
import resource
import time

import pytest

KEYS = {"timestamp", "total", "processed", "failed", "avg_time_per_ticket", "total_time", "cost_estimate", "results"}
ROW_KEYS = {"ticket_id", "status", "processing_time", "analysis", "tags_added", "priority_set", "error"}


def test_the_results_file_holds_the_batch(world):
    world.use(world.sim("--tickets", 30))
    assert world.run("--once").status == 0
    [path] = world.results()
    assert re.fullmatch(r"results_\d{8}_\d{6}\.json", path.name)
    assert path.stat().st_mode & 0o077 == 0
    batch = json.loads(path.read_text())
    assert KEYS <= set(batch)
    assert (batch["total"], batch["processed"], batch["failed"], len(batch["results"])) == (30, 30, 0, 30)
    for row in batch["results"]:
        assert ROW_KEYS <= set(row) and row["status"] == "success"
        assert {"summary", "root_cause", "urgency", "sentiment", "metadata", "timestamp", "processing_time_ms"} <= set(row["analysis"])
        assert {"model", "model_version", "prompt_version", "tokens_used"} <= set(row["analysis"]["metadata"])
        assert row["analysis"]["metadata"]["prompt_version"] == "v3.0"
    assert [entry.name for entry in world.logs.iterdir() if entry.name.startswith(".")] == []


def test_a_taken_name_gets_a_number(world):
    world.use(world.sim("--tickets", 30))
    world.logs.mkdir()
    taken = []
    for second in range(60):
        for suffix in ("", "_2"):
            path = world.logs / time.strftime(f"results_%Y%m%d_%H%M%S{suffix}.json", time.gmtime(time.time() + second))
            path.write_text("mine")
            taken.append(path)
    assert world.run("--once").status == 0
    [path] = [path for path in world.results() if path not in taken]
    assert path.name.endswith("_3.json")
    assert all(other.read_text() == "mine" for other in taken)


def test_a_batch_without_outcomes_leaves_no_file(world):
    world.use(world.sim("--tickets", 5))
    assert world.run("--once").status == 0
    assert world.run("--once").status == 0
    assert len(world.results()) == 1


def test_results_files_can_be_switched_off(world):
    world.use(world.sim("--tickets", 5))
    assert world.run("--once", env={"JSON_LOG_ENABLED": "False"}).status == 0
    assert world.results() == []


def test_a_disk_without_room_for_the_database_ends_the_start_before_anything_is_sent(world):
    """A limit on the size of files stands for the disk."""
    sim = world.use(world.sim("--tickets", 60))

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    result = world.run("--once", "--limit", "0", preexec_fn=limit)
    assert result.status == 2, result
    assert "store.path" in result.err
    assert sim.audit()["zendesk_requests"] == sim.audit()["processed"] == 0


def test_a_really_full_disk(world):
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small tmpfs")
    world.logs.mkdir()
    if os.system(f"mount -t tmpfs -o size=32k tmpfs {world.logs} 2>/dev/null") != 0:
        pytest.skip("mounting is not allowed here")
    try:
        world.use(world.sim("--tickets", 200))
        result = world.run("--once", "--limit", "0")
        assert result.status == 1, result
        assert "no space left" in result.err
        assert "tickets 1-200" in result.out
    finally:
        os.system(f"umount {world.logs}")


def test_the_text_log_has_one_line_an_event_and_closes_with_the_summary(world):
    world.use(world.sim("--tickets", 30))
    assert world.run("--once").status == 0
    lines = world.log().splitlines()
    form = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \| (DEBUG|INFO|WARNING|ERROR) \| .+")
    assert all(form.fullmatch(line) for line in lines)
    text = [line.split(" | ", 2)[2] for line in lines]
    assert text[0] == "Starting AI Ticket Processor (limit: 50)"
    assert "Found 30 unprocessed tickets" in text
    assert len([line for line in text if re.fullmatch(r"✓ Ticket \d+ processed in \d+\.\ds", line)]) == 30
    start = text.index("=" * 60)
    assert text[start + 1:start + 3] == ["Processed: 30/30 tickets", "Failed: 0"]
    assert re.fullmatch(r"Avg time: \d+\.\ds per ticket", text[start + 3])
    assert re.fullmatch(r"Total time: \d+\.\ds", text[start + 4])
    assert text[start + 5] == "=" * 60


def test_the_level_filters_lines(world):
    world.use(world.sim("--tickets", 5))
    result = world.run("--once", "--log-level", "error")
    assert result.status == 0
    assert " | INFO | " not in world.log() + result.err


def test_a_terminal_gets_one_status_line_that_is_gone_at_the_end(world):
    world.use(world.sim("--tickets", 60, "--latency", "300"))
    control, terminal = os.openpty()
    process = world.start("--once", "--limit", "0", stderr=terminal, env={"MAX_WORKERS": 10, "TERM": "xterm"})
    os.close(terminal)
    screen = b""
    while True:
        try:
            piece = os.read(control, 65536)
        except OSError:
            break
        if not piece:
            break
        screen += piece
    os.close(control)
    assert process.wait(timeout=30) == 0
    process.stdout.close()
    text = screen.decode().replace("\r\n", "\n")
    drawn = re.findall(r"\d+/60 tickets[^\x1b\r\n]*", text)
    assert len(drawn) >= 3, drawn
    assert any(re.fullmatch(r"\d+/60 tickets, \d+ done, \d+\.\d/s, [1-9]\d* s left", line) for line in drawn), drawn
    # What stays on the screen: each line as it stands after its last erasure.
    rest = [line.split("\r\x1b[K")[-1] for line in text.split("\n")]
    assert not [line for line in rest if line and " | " not in line]
