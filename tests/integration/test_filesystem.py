"""The database belongs on a file system of this machine's own: a real FUSE mount is refused, tmpfs and overlayfs are not."""

import os
import subprocess
import uuid

import pytest

import fuse
from conftest import DAEMON
from test_service import ctl, ready, start, stop

REFUSAL = "is on FUSE, whose locks and synced writes a database cannot rely on"
ALLOW = {"AI_TICKETD_STORE_UNSAFE_FILESYSTEM": "true"}


@pytest.fixture
def mount(world):
    folder = world.path / "mount"
    folder.mkdir()
    try:
        world.keep(fuse.Fuse(folder, world.path / "fuse"))
    except OSError as error:
        pytest.skip(f"FUSE cannot be mounted here: {error}")
    world.env["AI_TICKETD_STORE_PATH"] = str(folder / "state.db")
    world.env["ZENDESK_SUBDOMAIN"] = "acme"
    return folder


@pytest.mark.parametrize("options", [["--check-config"], ["--once"], ["--ticket-id", 1], [], ["--shadow"]])
def test_whatever_would_open_the_database_is_refused_with_what_to_do(world, mount, options):
    told = world.run(*options)
    assert told.status == 2 and REFUSAL in told.err, told
    assert f"store.path: {mount}/state.db" in told.err and "set store.unsafe_filesystem = true" in told.err


def test_the_doctor_says_it_first(world, mount):
    told = world.run("doctor")
    assert told.status == 2 and REFUSAL in told.out and "WRONG" in told.out, told


def test_a_link_to_such_a_place_is_refused_too(world, mount):
    link = world.path / "link"
    link.symlink_to(mount)
    told = world.run("--check-config", env={"AI_TICKETD_STORE_PATH": link / "ai-ticketd/state.db"})
    assert told.status == 2 and REFUSAL in told.err, told


def test_the_default_folder_is_looked_at_where_no_path_is_configured(world, mount):
    told = world.run("--check-config", env={"STATE_DIRECTORY": mount}, unset={"AI_TICKETD_STORE_PATH": True})
    assert told.status == 2 and REFUSAL in told.err, told


def test_an_option_accepts_it_with_a_warning(world, mount):
    told = world.run("--check-config", env=ALLOW)
    assert told.status == 0 and "The configuration is good." in told.out, told
    assert "store.unsafe_filesystem accepts that" in told.err


def test_a_dry_run_opens_no_database_and_is_let_through(world, mount):
    world.use(world.sim("--tickets", 1))
    told = world.run("--once", "--dry-run", unset={"ZENDESK_SUBDOMAIN": True})
    assert told.status == 0 and "FUSE" not in told.err, told


def test_tmpfs_is_good_enough(world):
    if not os.path.ismount("/dev/shm"):
        pytest.skip("there is no tmpfs at /dev/shm")
    place = f"/dev/shm/ai-ticketd-test-{uuid.uuid4().hex}"
    world.use(world.sim("--tickets", 1))
    try:
        process = start(world, AI_TICKETD_STORE_PATH=f"{place}/state.db")
        assert ready(world)
        assert stop(process) == 0 and os.path.exists(f"{place}/state.db")
    finally:
        subprocess.run(["rm", "-rf", place], check=True)


def test_overlayfs_is_good_enough(world):
    """What the root of a container lies on."""
    script = 'cd "$1"; mkdir low tmp; mount -t tmpfs t tmp; mkdir tmp/up tmp/work low/x; mount -t overlay -o lowerdir=low,upperdir=tmp/up,workdir=tmp/work o low'
    enter = ["unshare", "--mount", "sh", "-euc"]
    if subprocess.run([*enter, script, "sh", world.path / "home"], capture_output=True, timeout=60).returncode != 0:
        pytest.skip("overlayfs cannot be mounted here")
    subprocess.run(["rm", "-rf", world.home / "low", world.home / "tmp"], check=True)
    told = subprocess.run([*enter, f'{script}; exec "{DAEMON}" --check-config', "sh", world.home], capture_output=True, text=True, timeout=60,
                          env={**world.env, "ZENDESK_SUBDOMAIN": "acme", "AI_TICKETD_STORE_PATH": str(world.home / "low/x/state.db")})
    assert told.returncode == 0, told
