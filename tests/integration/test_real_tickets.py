"""Real ticket texts, where they are at hand (AITD_SHARED, or the folder `shared` beside the project), through simulator and daemon."""

import glob
import os

import pytest

from conftest import TOP

DATA = os.path.join(os.environ.get("AITD_SHARED", os.path.join(TOP, "..", "shared")), "data")
FILES = sorted(glob.glob(os.path.join(DATA, "*.jsonl")))


@pytest.mark.skipif(not FILES, reason="the real ticket texts are not here")
@pytest.mark.parametrize("file", FILES, ids=[os.path.basename(f) for f in FILES])
@pytest.mark.parametrize("provider", ["openai", "rules"])
def test_real_texts_go_through_once_each(world, file, provider):
    with open(file, "rb") as lines:
        count = sum(1 for line in lines if line.strip())
    sim = world.use(world.sim("--texts", file, "--tickets", count))
    result = world.run("--once", "--limit", "0", timeout=300, env={"AI_TICKETD_LLM_PROVIDER": provider})
    assert result.status == 0, result.err[-2000:]
    audit = sim.audit()
    assert (audit["tickets"], audit["processed"], audit["notes"], audit["notes_max_per_ticket"]) == (count, count, count, 1)
    assert audit["tags_lost"] == audit["priorities_overwritten"] == audit["placeholders_expanded"] == 0
    assert (audit["model_calls"] == 0) == (provider == "rules")
