"""Real ticket texts, where they are at hand (AITD_SHARED, or the folder `shared` beside the project), through simulator and daemon: all
of them each time, so that nothing of them is left to chance. Drawn is what they meet: who stands beside whom in a page and in a job, how
long answers take, by which ways tickets come and go."""

import glob
import os

import pytest

import draw
from conftest import TOP, World

DATA = os.path.join(os.environ.get("AITD_SHARED", os.path.join(TOP, "..", "shared")), "data")
FILES = sorted(glob.glob(os.path.join(DATA, "*.jsonl")))


def shuffled(file, chance, to):
    with open(file, "rb") as lines:
        lines = [line.strip() for line in lines if line.strip()]
    chance.shuffle(lines)
    to.write_bytes(b"\n".join(lines) + b"\n")
    return len(lines)


def latency(chance, most):
    low, high = sorted(chance.randrange(most) for _ in range(2))
    return f"{low}-{high}"


@pytest.mark.skipif(not FILES, reason="the real ticket texts are not here")
@pytest.mark.parametrize("file", FILES, ids=[os.path.basename(f) for f in FILES])
@pytest.mark.parametrize("provider", ["openai", "rules"])
def test_real_texts_go_through_once_each(world, tell, file, provider):
    chance = draw.chance(f"{os.path.basename(file)}, {provider}")
    count = shuffled(file, chance, world.path / "texts")
    met = ("--latency", latency(chance, 200), "--zendesk-latency", latency(chance, 20), "--job-queue", str(chance.randrange(3)))
    ways = {"AI_TICKETD_ZENDESK_BULK": chance.choice(("auto", "always", "never")),
            "AI_TICKETD_ZENDESK_SOURCE": chance.choice(("search", "incremental"))}
    tell(" ".join((*met, *ways.values())))
    sim = world.use(world.sim("--texts", world.path / "texts", "--tickets", count, *met))
    result = world.run("--once", "--limit", "0", timeout=300, env={"AI_TICKETD_LLM_PROVIDER": provider, **ways})
    assert result.status == 0, result.err[-2000:]
    audit = sim.audit()
    assert (audit["tickets"], audit["processed"], audit["notes"], audit["notes_max_per_ticket"]) == (count, count, count, 1)
    assert audit["tags_lost"] == audit["priorities_overwritten"] == audit["placeholders_expanded"] == 0
    assert (audit["model_calls"] == 0) == (provider == "rules")


def confidences(folder, *more):
    """Ticket → what is told of its labels, and how sure the model is."""
    folder.mkdir()
    world = World(folder)
    try:
        sim = world.use(world.sim("--texts", FILES[0], "--tickets", 400, "--seed", 1, *more))
        result = world.run("--once", "--limit", "0", timeout=300)
        assert result.status == 0, result.err[-2000:]
        assert sim.audit()["processed"] == 400
        told = {ticket: row["analysis"] for ticket, row in world.rows().items()}
        return {ticket: [*(analysis[label] for label in ("root_cause", "urgency", "sentiment")), analysis["metadata"]["confidence"]]
                for ticket, analysis in told.items()}
    finally:
        world.stop()


@pytest.mark.skipif(not FILES, reason="the real ticket texts are not here")
def test_twenty_alternatives_give_the_confidence_of_the_few_that_are_asked_for(tmp_path):
    few, full = confidences(tmp_path / "few"), confidences(tmp_path / "full", "--alternatives", 20)
    assert len({str(row[3]) for row in few.values()}) > 50
    assert few == full
