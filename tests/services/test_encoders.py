"""The encoders' child process: known answers, no secrets, and life after death."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from app.routing.ranking.encoders import ChildEncoders, NoEncoders
from app.routing.ranking.shapes import EncoderUnavailable

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).parent.parent.parent
KNOWN = ROOT / "tests" / "data" / "encoders_known.npz"
TEXTS = [
    "PPH bundle",
    "Where do I share a job aid on postpartum haemorrhage in French?",
    "Kangaroo mother care in district hospitals",
    "moustiquaires imprégnées pour les femmes enceintes",
    "Formation des sages-femmes à la réanimation du nouveau-né",
    "Guía para el tamizaje de cáncer cervicouterino",
    "Reunión mensual del equipo de enfermería",
    "Pacientes que abandonam o tratamento antirretroviral",
    "Supervisão dos agentes comunitários de saúde",
    "Mafunzo ya wakunga kuhusu uzazi salama",
    "Chandarua zenye dawa ya kuua mbu",
    "رعاية الأم بعد الولادة",
    "تدريب الممرضات على الوقاية من العدوى",
    "DHIS2 dashboard for district managers",
    "drone delivery of blood 🩸",
    "12 % of facilities (n = 340) reported stock-outs",
    "x",
    "Who leads the community of practice on gender-based violence, and where do they meet?",
    "The cake needs forty minutes in the oven",
    "après-demain, on organise une revue après action",
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def encoders() -> AsyncIterator[ChildEncoders]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
        patch.setenv("DATABASE_URL", "postgresql://secret")
        made = ChildEncoders(text_seconds=10.0)
        await made.start()
        assert await made.ready(60)
    yield made
    await made.close()


@pytest.mark.parametrize("model", ["e5", "use"])
async def test_the_vectors_are_those_we_know(encoders: ChildEncoders, model: str) -> None:
    rows = await encoders.encode(model, TEXTS)
    known = np.load(KNOWN)[model].astype(np.float32)
    known /= np.linalg.norm(known, axis=1, keepdims=True)
    assert rows.shape == known.shape
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-4)
    assert (rows * known).sum(axis=1).min() > 0.999


async def test_one_by_one_or_all_together_gives_the_same(encoders: ChildEncoders) -> None:
    alone = np.concatenate([await encoders.encode("e5", [text]) for text in TEXTS[:3]])
    assert np.abs(alone - await encoders.encode("e5", TEXTS[:3], bulk=True)).max() < 1e-3


async def test_the_child_is_told_no_secrets(encoders: ChildEncoders) -> None:
    told = Path(f"/proc/{encoders.pid}/environ")
    if not told.exists():
        pytest.skip("needs /proc")
    assert b"secret" not in told.read_bytes()
    assert b"OMP_NUM_THREADS=1" in told.read_bytes()


@pytest.mark.parametrize("text", ["", "\0", "a\0b", "🤰" * 100, "\u202eمرحبا", "\ufffd" * 400, "-" * 400])
async def test_odd_texts_get_a_vector(encoders: ChildEncoders, text: str) -> None:
    for model in ("e5", "use"):
        assert np.isfinite(await encoders.encode(model, [text])).all()


async def test_a_text_that_cannot_be_encoded_is_refused_and_the_child_lives_on(encoders: ChildEncoders) -> None:
    before = encoders.pid
    with pytest.raises(EncoderUnavailable):
        await encoders.encode("e5", ["\ud800"])
    assert len(await encoders.encode("e5", ["fine"])) == 1
    assert encoders.pid == before


async def test_a_query_does_not_wait_for_bulk_work_to_end(encoders: ChildEncoders) -> None:
    bulk = asyncio.create_task(
        encoders.encode("e5", [f"{text} {at}" for at in range(20) for text in TEXTS], bulk=True)
    )
    await asyncio.sleep(0.05)
    await encoders.encode("e5", ["quick"])
    assert not bulk.done()
    bulk.cancel()
    await asyncio.gather(bulk, return_exceptions=True)


async def test_a_killed_child_is_replaced_and_the_next_query_is_answered(encoders: ChildEncoders) -> None:
    before = encoders.pid
    assert before
    working = asyncio.create_task(encoders.encode("e5", TEXTS * 3))
    await asyncio.sleep(0.1)
    os.kill(before, signal.SIGKILL)
    with pytest.raises(EncoderUnavailable):
        await working
    assert await encoders.ready(30)
    assert len(await encoders.encode("use", ["back again"])) == 1
    assert encoders.pid != before
    assert encoders.waiting == 0


async def test_a_child_that_overruns_its_time_is_replaced() -> None:
    made = ChildEncoders(("use",), text_seconds=0.3)
    await made.start()
    assert await made.ready(60)
    before = made.pid
    assert before
    os.kill(before, signal.SIGSTOP)
    begin = time.monotonic()
    with pytest.raises(EncoderUnavailable):
        await made.encode("use", ["stuck"])
    assert time.monotonic() - begin < 2
    assert await made.ready(30)
    assert made.pid != before
    assert len(await made.encode("use", ["unstuck"])) == 1
    await made.close()
    assert made.pid is None


async def test_an_encoder_that_is_not_installed_is_simply_not_available() -> None:
    made = ChildEncoders(("use", "no_such_model"))
    await made.start()
    assert await made.ready(60)
    assert made.available == {"use"}
    with pytest.raises(EncoderUnavailable):
        await made.encode("no_such_model", ["x"])
    await made.close()


async def test_without_encoders_there_is_nothing_to_wait_for() -> None:
    none = NoEncoders()
    await none.start()
    assert not await none.ready(5)
    with pytest.raises(EncoderUnavailable):
        await none.encode("e5", ["x"])
    await none.close()


async def test_the_child_does_not_outlive_a_killed_parent() -> None:
    script = (
        "import asyncio\n"
        "from app.routing.ranking.encoders import ChildEncoders\n"
        "async def main():\n"
        "    made = ChildEncoders(('use',))\n"
        "    await made.start()\n"
        "    await made.ready(60)\n"
        "    print(made.pid, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout
    child = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()
    for _ in range(50):
        if not _alive(child):
            break
        await asyncio.sleep(0.1)
    assert not _alive(child)


def _alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
