"""ai-ticketctl unseal on what a run under log.encrypt left behind."""

import json

import pytest

from test_ctl import ctl

KEY = "0f" * 32


@pytest.fixture
def sealed(world):
    """Folder of sealed files, and their key."""
    world.use(world.sim("--tickets", 3))

    def run(key=KEY):
        assert world.run("--once", env={"AI_TICKETD_LOG_ENCRYPT": "true", "LOG_ENCRYPTION_KEY": key}).status == 0
        return world
    return run


@pytest.mark.parametrize("key", [KEY, "a passphrase with blanks"])
def test_logs_and_results_are_shown_with_their_key(sealed, key):
    world = sealed(key)
    code, out, err = ctl("unseal", world.results()[0], env={"LOG_ENCRYPTION_KEY": key})
    assert code == 0, err
    assert json.loads(out)["processed"] == 3
    log = next(world.logs.glob("????????.log"))
    code, out, err = ctl("unseal", log, env={"LOG_ENCRYPTION_KEY": key})
    assert code == 0 and "Starting" in out, err


def test_the_key_may_stand_in_a_file(sealed, tmp_path):
    world = sealed()
    (tmp_path / "key").write_text(f" {KEY}\n")
    for words, env in ((["--key-file", tmp_path / "key"], {}), ([], {"LOG_ENCRYPTION_KEY_FILE": str(tmp_path / "key")})):
        code, out, _ = ctl("unseal", *words, world.results()[0], env=env)
        assert code == 0 and json.loads(out)["total"] == 3


def test_another_key_or_none_shows_nothing_and_says_why(sealed):
    path = sealed().results()[0]
    for env in ({"LOG_ENCRYPTION_KEY": "1e" * 32}, {}, {"LOG_ENCRYPTION_KEY": " "}):
        code, out, err = ctl("unseal", path, env=env)
        assert code == 1 and out == "" and err.startswith("ai-ticketctl: unseal: ") and "key" in err
        assert "1e1e" not in err


def test_what_was_altered_is_named(sealed):
    path = sealed().results()[0]
    data = path.read_bytes()
    path.write_bytes(data[:len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1:])
    code, _, err = ctl("unseal", path, env={"LOG_ENCRYPTION_KEY": KEY})
    assert code == 1 and str(path) in err


@pytest.mark.parametrize("words", [[], ["a", "b"]])
def test_one_file_is_needed(words):
    code, _, err = ctl("unseal", *words)
    assert code == 3 and "one file" in err


def test_what_is_no_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "missing", "/dev/null"):
        code, out, err = ctl("unseal", path, env={"LOG_ENCRYPTION_KEY": KEY})
        assert code == 1 and out == "" and str(path) in err
