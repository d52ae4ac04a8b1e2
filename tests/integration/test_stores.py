"""A database of each schema that a version ever had is opened by this version and keeps its tickets. They were made by the programs of
that time (tests/stores/record): done tickets are left alone, what was decided and not yet written is written without another question to
the model, an erased ticket stays erased."""

import json
import pathlib
import re
import sqlite3
import subprocess

import pytest

from conftest import TOP
from test_erase import edit
from test_rebuild import of_database
from test_service import ACCOUNT, ctl, ready, stop, until

STORES = pathlib.Path(TOP, "tests/stores")
PRESENT = int(re.search(r"#define SCHEMA_VERSION (\d+)", pathlib.Path(TOP, "daemon/store/sqlite/schema.h").read_text()).group(1))
SCHEMAS = range(1, PRESENT + 1)


def unpack(schema, path):
    """The database file as the program left it."""
    base = sqlite3.connect(path, isolation_level=None)
    pragmas, tables = (STORES / f"schema{schema}.sql").read_text().split("BEGIN TRANSACTION;", 1)
    for name, value in re.findall(r"PRAGMA (\w+) = (\w+);", pragmas):
        base.execute(f"PRAGMA {name} = {value}")
    base.executescript("BEGIN TRANSACTION;" + tables)
    base.close()
    path.chmod(0o600)
    return json.loads((STORES / f"schema{schema}.json").read_text())


def same_world(world, known):
    """The tickets of that time, at another address."""
    sim = world.use(world.sim("--seed", 7, "--tickets", 12, "--others", 3, *ACCOUNT))
    for ticket in known["in_flight"]:
        edit(sim, ticket, status="open")
    return sim


def begin(world, **env):
    process = world.start("--accept-account-change", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          env={"AI_TICKETD_ZENDESK_POLL_INTERVAL": "1s", "LOG_RETENTION_DAYS": "36500", **env})
    assert ready(world), world.log()
    return process


def explained(world, ticket):
    return json.loads(ctl(world, "--json", "explain", str(ticket)).stdout)


def labels(event):
    return {label: event["payload"][label] for label in ("root_cause", "urgency", "sentiment")}


def test_each_schema_has_a_database_that_a_program_made():
    assert sorted(path.name for path in STORES.glob("schema*")) == sorted(f"schema{n}.{kind}" for n in SCHEMAS for kind in ("sql", "json")), \
        "a new schema: keep a database of it (tests/stores/record)"


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_database_of_each_schema_is_opened_and_keeps_its_tickets(world, schema):
    database = world.path / "state.db"
    known = unpack(schema, database)
    assert of_database(database, "PRAGMA user_version") == [(schema,)]
    records = of_database(database, "SELECT count(*) FROM record WHERE ticket > 0")[0][0]
    sim = same_world(world, known)
    process = begin(world)
    assert until(lambda: sim.audit()["notes"] == len(known["in_flight"])), (sim.audit(), world.log())
    polled = json.loads(ctl(world, "--json", "status").stdout)["last_poll_wall"]
    assert until(lambda: json.loads(ctl(world, "--json", "status").stdout)["last_poll_wall"] > polled)
    for ticket, decided in known["decisions"].items():
        assert until(lambda: "outcome" in {event["kind"] for event in explained(world, ticket)["events"]}), explained(world, ticket)
        events = explained(world, ticket)["events"]
        assert labels([event for event in events if event["kind"] == "decision"][-1]) == decided, (ticket, json.dumps(events))
    for ticket in known["erased"]:
        assert "Erased on request" in ctl(world, "explain", str(ticket)).stdout
    for ticket in known["undone"]:
        assert any(event["kind"] == "undo" for event in explained(world, ticket)["events"])
    audit = sim.audit()
    assert (audit["model_calls"], audit["notes"]) == (0, len(known["in_flight"])), "a ticket of the past was analysed or written again"
    assert stop(process) == 0
    assert of_database(database, "PRAGMA integrity_check") == [("ok",)]
    assert of_database(database, "PRAGMA user_version") == [(PRESENT,)]
    assert of_database(database, "SELECT count(*) FROM record WHERE ticket > 0")[0][0] > records
    assert world.log().count("was migrated to the format of this version") == (schema < PRESENT)
