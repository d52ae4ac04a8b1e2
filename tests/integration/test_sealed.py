"""log.encrypt as an outsider sees it: no plain text on the disk, and files that open by the documented form alone (which is written
down here a second time, on purpose). Skipped where Python has no AES."""

import base64
import hashlib
import hmac
import json
import os
import re
import signal
import time

import pytest

AESGCM = pytest.importorskip("cryptography.hazmat.primitives.ciphers.aead").AESGCM

KEY = "8f" * 32
PASSPHRASE = "correct horse battery staple"
# Each with a character that base64 never has: sealed lines would hold a short word of letters by chance.
PLANTED = [b"Ticket ", b"ticket_id", b"Processed:", b"| INFO |", b"gpt-4o", b"root_cause", b'"summary"', b"ai_", b'"success"']


def master(secret, salt):
    if re.fullmatch(r"[0-9a-fA-F]{64}", secret):
        return hmac.digest(bytes.fromhex(secret), b"ai-ticketd seal 1", "sha256")
    return hashlib.scrypt(secret.encode(), salt=salt, n=16384, r=8, p=1, maxmem=1 << 26, dklen=32)


def unseal(data, secret):
    """The text, and whether the last stream has its end."""
    text, before, box, ended = b"", None, None, False
    for line in data.split(b"\n")[:-1]:
        if line.startswith(b"AITD-SEAL-"):
            assert line.startswith(b"AITD-SEAL-1 ")
            raw = base64.b64decode(line[12:], validate=True)
            head, tag = raw[:66], raw[66:]
            content, flags, salt, random, digest = head[:1], head[1], head[2:18], head[18:34], head[34:]
            assert content in (b"L", b"R") and len(tag) == 16
            assert bool(flags & 2) == (before is not None)
            assert digest == (hashlib.sha256(before).digest() if before is not None else bytes(32))
            key = hmac.digest(master(secret, salt), b"ai-ticketd stream" + random, "sha256")
            box, number, ended = AESGCM(key), 0, False
            assert box.decrypt(bytes(12), tag, b"AITD-SEAL-1 " + head) == b""
        else:
            number += 1
            text += box.decrypt(number.to_bytes(12, "big"), base64.b64decode(line[1:], validate=True), line[:1])
            ended = line[:1] == b"."
        before = line
    return text, ended


def sealed_world(world, key=KEY):
    world.env["AI_TICKETD_LOG_ENCRYPT"] = "true"
    world.env["LOG_ENCRYPTION_KEY"] = key
    return world


def text_log(world, key=KEY):
    [path] = world.logs.glob("????????.log")
    text, ended = unseal(path.read_bytes(), key)
    return text.decode(), ended


def assert_nothing_plain(folder):
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for word in PLANTED:
                assert word not in data, (path.name, word)


def test_a_run_leaves_no_plain_text_and_both_files_open_with_the_key(world):
    sealed_world(world).use(world.sim("--tickets", 30))
    result = world.run("--once")
    assert result.status == 0, result
    assert_nothing_plain(world.logs)
    text, ended = text_log(world)
    assert ended and "✓ Ticket 1 processed" in text and "Processed: 30/30 tickets" in text
    [path] = world.results()
    assert path.stat().st_mode & 0o077 == 0
    data, ended = unseal(path.read_bytes(), KEY)
    assert ended
    assert {row["ticket_id"] for row in json.loads(data)["results"]} == set(range(1, 31))


def test_while_it_runs_the_temporary_file_is_sealed_too(world):
    sealed_world(world).use(world.sim("--tickets", 200, "--latency", "200"))
    process = world.start("--once", "--limit", "0", env={"MAX_WORKERS": 5})
    end = time.monotonic() + 30
    while time.monotonic() < end:
        spools = [path for path in world.logs.glob(".results_*") if path.stat().st_size > 2000] if world.logs.exists() else []
        if spools:
            break
        time.sleep(0.02)
    assert spools
    assert_nothing_plain(world.logs)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert_nothing_plain(world.logs)
    text, ended = unseal(spools[0].read_bytes(), KEY)
    assert b'"ticket_id"' in text and not ended


def test_a_killed_process_loses_no_line_and_the_next_one_goes_on_in_the_same_file(world):
    sealed_world(world).use(world.sim("--tickets", 400, "--latency", "100"))  # ten seconds of work for the first
    world.env["AI_TICKETD_ZENDESK_BULK"] = "never"
    process = world.start("--once", "--limit", "0", env={"MAX_WORKERS": 4})
    end, written = time.monotonic() + 30, ""
    while written.count("✓ Ticket") < 10 and time.monotonic() < end:
        time.sleep(0.05)
        if list(world.logs.glob("????????.log")):
            written, ended = text_log(world)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert world.run("--once", "--limit", "0", env={"MAX_WORKERS": 200}).status == 0
    text, ended = text_log(world)
    assert ended and text.startswith(written) and written.count("✓ Ticket") >= 10
    first, second = text.split("Starting AI Ticket Processor")[1:]
    assert "Processed:" not in first and "Processed:" in second


def test_a_passphrase_is_a_key_too_and_its_salt_is_kept(world):
    sealed_world(world, PASSPHRASE).use(world.sim("--tickets", 5))
    assert world.run("--once").status == 0
    assert world.run("--once").status == 0
    assert_nothing_plain(world.logs)
    text, ended = text_log(world, PASSPHRASE)
    assert ended and text.count("Starting AI Ticket Processor") == 2
    assert len({path.name for path in world.logs.iterdir() if "salt" in path.name}) == 1


def test_plain_and_sealed_lines_never_share_a_file_nor_do_two_keys(world):
    world.use(world.sim("--tickets", 5))
    for key in [None, KEY, None, "9e" * 32, KEY]:
        env = {"AI_TICKETD_LOG_ENCRYPT": "true", "LOG_ENCRYPTION_KEY": key} if key else {}
        assert world.run("--once", env=env).status == 0
    paths = sorted(world.logs.glob("????????*.log"), key=lambda path: (len(path.name), path.name))
    assert [path.name[8:] for path in paths] == [".log", "_2.log", "_3.log"]
    assert paths[0].read_text().count("Starting") == 2
    assert unseal(paths[1].read_bytes(), KEY)[0].count(b"Starting") == 2
    assert unseal(paths[2].read_bytes(), "9e" * 32)[0].count(b"Starting") == 1


@pytest.mark.parametrize("how", ["run", "check"])
def test_sealing_without_a_key_is_a_configuration_error(world, how):
    sim = world.use(world.sim("--tickets", 5))
    result = world.run("--once" if how == "run" else "--check-config", env={"AI_TICKETD_LOG_ENCRYPT": "true"})
    assert result.status == 2, result
    assert "log.key: required with log.encrypt. For the service: put it into /etc/credstore/log.key; by hand: set LOG_ENCRYPTION_KEY" in result.err
    assert sim.audit()["model_calls"] == 0 and not world.logs.exists()


def test_the_key_may_come_from_a_file_or_a_credential_and_is_never_shown(world):
    world.use(world.sim("--tickets", 5))
    path = world.path / "key"
    path.write_text(KEY + "\n")
    result = world.run("--once", env={"AI_TICKETD_LOG_ENCRYPT": "true", "LOG_ENCRYPTION_KEY_FILE": path})
    assert result.status == 0, result
    assert text_log(world)[1]
    credentials = world.path / "credentials"
    credentials.mkdir()
    (credentials / "log.key").write_text(KEY)
    result = world.run("--dump-config", env={"AI_TICKETD_LOG_ENCRYPT": "true", "CREDENTIALS_DIRECTORY": credentials})
    assert result.status == 0 and KEY not in result.out + result.err
    assert "log.key" not in result.err


def test_a_full_disk_ends_a_sealed_file_and_says_so(world):
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small tmpfs")
    world.logs.mkdir()
    if os.system(f"mount -t tmpfs -o size=8k tmpfs {world.logs} 2>/dev/null") != 0:
        pytest.skip("mounting is not allowed here")
    try:
        sim = sealed_world(world).use(world.sim("--tickets", 200))
        result = world.run("--once", "--limit", "0", env={"JSON_LOG_ENABLED": "false"})
        assert sim.audit()["processed"] == 200
        assert result.err.count("log lines are missing there") == 1, result
        [path] = world.logs.glob("????????.log")
        data = path.read_bytes()
        assert b"Starting" in unseal(data[:data.rindex(b"\n") + 1], KEY)[0]
    finally:
        os.system(f"umount {world.logs}")
