"""Configuration that is not one, options that are wrong: told completely, before anything is sent, with status 2."""

import os
import pathlib
import tempfile
import time

import pytest


@pytest.fixture
def peer(world):
    return world.use(world.peer(lambda connection, request: "close"))


def refused(world, peer, *options, **more):
    began = time.monotonic()
    result = world.run(*options, timeout=20, **more)
    assert time.monotonic() - began < 10
    assert result.status == 2, result
    assert peer.connections == 0
    return result


def test_a_configuration_that_is_a_directory(world, peer):
    assert "directory" in refused(world, peer, "--once", "-c", world.path).err


def test_a_configuration_that_is_a_fifo_does_not_wait_for_a_writer(world, peer):
    path = world.path / "fifo"
    os.mkfifo(path)
    assert "FIFO" in refused(world, peer, "--once", "-c", path).err


def test_a_configuration_that_is_a_device(world, peer):
    assert "device" in refused(world, peer, "--once", "-c", "/dev/zero").err


def test_a_configuration_of_a_hundred_megabytes_is_not_read(world, peer):
    path = world.path / "large"
    with open(path, "wb") as file:
        file.truncate(100 * 1024 * 1024)
    assert str(100 * 1024 * 1024) in refused(world, peer, "--once", "-c", path).err


def test_a_binary_configuration(world, peer):
    path = world.path / "binary"
    path.write_bytes(bytes(range(256)) * 16)
    assert str(path) in refused(world, peer, "--once", "-c", path).err


def test_an_empty_configuration_is_fine(world, peer):
    path = world.path / "empty"
    path.write_bytes(b"")
    assert world.run("--check-config", "-c", path).status == 0


def test_a_named_configuration_must_exist(world, peer):
    assert "nowhere.conf" in refused(world, peer, "--once", "-c", world.path / "nowhere.conf").err


def test_a_wrong_option_is_told_with_file_line_and_key(world, peer):
    path = world.path / "wrong.conf"
    path.write_text("zendesk {\n  batch_size = \"0\"\n}\nllm {\n  provider = \"oracle\"\n}\n")
    err = refused(world, peer, "--once", "-c", path).err
    assert f"{path}:2: zendesk.batch_size: " in err
    assert f"{path}:5: llm.provider: " in err


def test_a_secret_has_no_place_in_the_file(world, peer):
    path = world.path / "secret.conf"
    path.write_text("zendesk {\n  api_token = \"do-not-show\"\n}\n")
    err = refused(world, peer, "--once", "-c", path).err
    assert "zendesk.api_token" in err and "do-not-show" not in err


def test_an_option_of_a_later_version_is_refused_in_the_file_and_warned_about_in_the_environment(world, peer):
    path = world.path / "later.conf"
    path.write_text("llm {\n  on_quota = wait\n}\n")
    assert "llm.on_quota" in refused(world, peer, "--once", "-c", path).err
    result = world.run("--check-config", env={"AI_TICKETD_LLM_ON_QUOTA": "wait"})
    assert result.status == 0, result
    assert "AI_TICKETD_LLM_ON_QUOTA" in result.err


def test_a_webhook_that_takes_no_alerts_is_refused_without_its_address(world, peer):
    err = refused(world, peer, "--check-config", env={"SLACK_WEBHOOK_URL": "https://hooks.slack.com/triggers/T/B/hidden"}).err
    assert "Workflow Builder" in err and "hidden" not in err


def test_missing_credentials_are_named_and_an_unread_dotenv_is_hinted_at(world, peer):
    (world.home / ".env").write_text("ZENDESK_API_TOKEN=x\n")
    err = refused(world, peer, "--once", unset={"ZENDESK_API_TOKEN": True}).err
    assert "zendesk.api_token" in err and ".env" in err


def test_an_env_file_is_read_and_the_environment_wins(world, peer):
    path = world.path / "env"
    path.write_text("export BATCH_SIZE = 20 # comment\nLLM_MODEL='from-file'\nZENDESK_API_TOKEN=\"tok en\"\n")
    result = world.run("--dump-config", "--env-file", path, env={"LLM_MODEL": "from-environment"}, unset={"ZENDESK_API_TOKEN": True})
    assert result.status == 0, result
    assert "20" in result.out and "from-environment" in result.out and "from-file" not in result.out


def test_a_bad_line_of_an_env_file_is_told_without_its_value(world, peer):
    path = world.path / "env"
    path.write_text("GOOD=1\nthis is no assignment hunter2\n")
    err = refused(world, peer, "--once", "--env-file", path).err
    assert f"{path}:2: " in err and "hunter2" not in err


def test_an_env_file_that_is_a_fifo_does_not_wait(world, peer):
    path = world.path / "fifo"
    os.mkfifo(path)
    assert "FIFO" in refused(world, peer, "--once", "--env-file", path).err


def test_a_secret_comes_from_its_file(world, peer):
    token = world.path / "token"
    token.write_text("from-a-file\n")
    path = world.path / "file.conf"
    path.write_text(f"zendesk {{\n  api_token_file = \"{token}\"\n}}\n")
    result = world.run("--check-config", "-c", path, unset={"ZENDESK_API_TOKEN": True})
    assert result.status == 0, result
    token.unlink()
    assert "zendesk.api_token_file" in refused(world, peer, "--once", "-c", path, unset={"ZENDESK_API_TOKEN": True}).err


def test_a_secret_comes_from_a_credential_of_the_service_manager(world, peer):
    (world.path / "zendesk.api_token").write_text("from-systemd\n")
    result = world.run("--check-config", env={"CREDENTIALS_DIRECTORY": world.path}, unset={"ZENDESK_API_TOKEN": True})
    assert result.status == 0, result


@pytest.fixture
def open_place():
    """A folder that everybody can enter; those of the tests are closed above."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield pathlib.Path(folder)


@pytest.mark.parametrize("where", ["secret file", "credential", "env file"])
@pytest.mark.parametrize("mode, folder_mode, open_to_all", [(0o644, 0o755, True), (0o604, 0o711, True), (0o640, 0o755, False), (0o644, 0o700, False)])
def test_a_secret_that_every_user_can_read_is_warned_about(world, peer, open_place, where, mode, folder_mode, open_to_all):
    path, options, env = open_place / "zendesk.api_token", [], {}
    path.write_text("ZENDESK_API_TOKEN=hunter2hunter2\n" if where == "env file" else "hunter2hunter2\n")
    path.chmod(mode)
    open_place.chmod(folder_mode)
    if where == "secret file":
        env = {"ZENDESK_API_TOKEN_FILE": path}
    elif where == "credential":
        env = {"CREDENTIALS_DIRECTORY": open_place}
    else:
        options = ["--env-file", path]
    result = world.run("--check-config", *options, env=env, unset={"ZENDESK_API_TOKEN": True})
    assert result.status == 0 and "hunter2" not in result.out + result.err, result
    assert (f"{path} can be read by every user of this machine (mode {mode:04o}): chmod 600 {path}" in result.err) == open_to_all, result


@pytest.mark.parametrize("key, warned", [("elevenchars", True), ("zwölf zeiche", False), ("elf zeiché!", True), ("five words that nobody knows", False),
                                         ("00" * 32, False)])
def test_a_pass_phrase_of_less_than_12_characters_is_warned_about(world, peer, key, warned):
    result = world.run("--check-config", env={"AI_TICKETD_LOG_ENCRYPT": "true", "LOG_ENCRYPTION_KEY": key})
    assert result.status == 0 and key not in result.err, result
    assert ("log.key: has fewer than 12 characters" in result.err) == warned, result


def test_a_log_folder_that_cannot_be_made_is_told_before_any_request(world, peer):
    (world.path / "file").write_text("")
    err = refused(world, peer, "--once", env={"AI_TICKETD_LOG_DIR": world.path / "file/logs"}).err
    assert "log.dir" in err


def test_a_named_ca_file_must_exist(world, peer):
    path = world.path / "tls.conf"
    path.write_text("tls {\n  ca_file = \"/nowhere/ca.pem\"\n}\n")
    assert "tls.ca_file" in refused(world, peer, "--once", "-c", path).err


@pytest.mark.parametrize("address", ["9090", "host.example:80", "127.0.0.1:65536", "::1:80"])
def test_an_address_to_listen_on_is_checked_before_the_start(world, peer, address):
    for options in (["--check-config"], ["--once"], []):
        result = refused(world, peer, *options, env={"AI_TICKETD_HTTP_LISTEN": address})
        assert result.err.startswith("http.listen: ") and result.out == ""


def test_plain_http_is_for_loopback(world, peer):
    assert "insecure_http" in refused(world, peer, "--once", env={"ZENDESK_BASE_URL": "http://192.0.2.1"}).err


def test_a_tilde_in_a_path_makes_no_folder_of_that_name(world, peer):
    path = world.path / "tilde"
    path.write_text('log { dir = "~/logs" }\nstore { path = "~/state/x.db" }\n')
    world.env.pop("AI_TICKETD_LOG_DIR", None)
    world.env.pop("AI_TICKETD_STORE_PATH", None)
    err = refused(world, peer, "--once", "-c", path).err
    assert f"{path}:1: log.dir" in err and f"{path}:2: store.path" in err and "~" in err
    assert not (world.home / "~").exists()


@pytest.mark.parametrize("secret", ["\ufefftoken", "token\u00a0\n", "\u200btoken\n"])
def test_an_invisible_character_in_a_credential_is_named_and_nothing_is_sent(world, peer, secret):
    folder = world.path / "credentials"
    folder.mkdir()
    (folder / "zendesk.api_token").write_text(secret)
    world.env.pop("ZENDESK_API_TOKEN", None)
    err = refused(world, peer, "--once", env={"CREDENTIALS_DIRECTORY": str(folder)}).err
    assert "zendesk.api_token" in err and "U+" in err and "token\u00a0" not in err
