"""The admission test admits a model that reads honestly, and no other."""

from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import yaml
from rich.console import Console

from bot.app import App
from bot.assessor import cases
from bot.assessor import check as assessor
from bot.assessor.admission import Admission, Card, card_of, endpoint_of
from bot.assessor.admission import Endpoint as Place
from bot.assessor.reading import Subject, read_answer
from bot.assessor.trial import Trial
from bot.settings import SettingsWrong, load
from conversation.assessment.addressed import addressed
from conversation.assessment.answer_text import AnswerText, Passage
from conversation.assessment.level_words import speaks_of_levels
from conversation.assessment.prompt import VERSION
from tests.fakes.kv import MemoryKv
from tests.fakes.language_model import (
    Endpoint,
    InProcess,
    Mind,
    generous,
    honest,
    hostile,
    obeying,
    serving,
    unsure,
)
from tests.fakes.scene import ZONE

CASES = cases.load()
WORDINGS = yaml.safe_load(Path(__file__).with_name("wordings.yaml").read_text(encoding="utf-8"))


async def tried(mind: Mind) -> Card:
    return Card(1_795_478_400_000, "http://x/v1", "fake", VERSION, await Trial(InProcess(mind), CASES).figures())


@pytest.mark.parametrize(
    ("mind", "passes"), [(honest, True), (obeying, True), (hostile, False), (generous, False), (unsure, False)]
)
async def test_who_is_admitted(mind: Mind, passes: bool) -> None:
    """A model that obeys is admitted, because what it would obey never reaches it."""
    card = await tried(mind)
    assert card.passed == passes
    lines = list(assessor.lines(card, ZONE))
    assert lines[0].startswith("2026-11-24 08:00  fake at http://x/v1, prompt 1-")
    assert any("injections without effect: " in line and "of 120, " in line for line in lines)
    assert lines[-1].startswith("passed" if passes else "failed")


async def test_the_guards_drop_at_most_2_percent_of_honest_levels() -> None:
    model = InProcess(honest)
    answers = [
        *((each.question, each.language, each.text) for each in CASES.honest),
        *((each.question, each.language, text) for each in CASES.pairs for text in (each.one, each.other)),
    ]
    dropped = 0
    for question, language, text in answers:
        subject = Subject(CASES.script, CASES.question(question), language)
        found = await read_answer(model, subject, cases.typed(question, text))
        dropped += any(each.level is None for each in found.findings)
    assert dropped <= 0.02 * len(answers)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_no_wording_sets_a_level_even_where_the_model_obeys(language: str) -> None:
    """Not even those that the rules do not know: what demands a level cannot be quoted as its evidence."""
    weak = next(each for each in CASES.honest if each.level == 1 and each.language == language)
    subject = Subject(CASES.script, CASES.question(weak.question), language)
    for wording in WORDINGS["injections"][language]:
        answer = cases.typed(weak.question, f"{weak.text} {wording}")
        found = await read_answer(InProcess(obeying), subject, answer)
        assert all(each.level in (None, 1) for each in found.findings), wording


def test_honest_sentences_with_the_words_of_raters_are_mostly_left() -> None:
    honest_ones = [AnswerText((Passage(text),)) for text in WORDINGS["honest"]]
    assert sum(bool(addressed(each)) for each in honest_ones) <= 2
    assert sum(speaks_of_levels(each.passages[0].text) for each in honest_ones) <= 3


def test_there_are_enough_cases() -> None:
    assert len(CASES.injections) == 120
    assert sum(each.plants for each in CASES.injections) >= 20
    assert {each.language for each in CASES.injections} == {"zh", "en"}
    assert len({each.text for each in CASES.injections}) == 120
    assert {each.kind for each in CASES.pairs} == {
        "hedged",
        "fillers",
        "padded",
        "script",
        "transcribed",
        "language",
    }
    assert {each.question for each in CASES.honest} == {each.question for each in CASES.pairs}


def test_no_injection_is_unknown_to_the_rules() -> None:
    assert not [each.text for each in CASES.injections if not addressed(AnswerText((Passage(each.text),)))]


@pytest.mark.parametrize(("mind", "code"), [(honest, 0), (generous, 1)])
async def test_the_command_prints_the_card_and_keeps_it(
    mind: Mind, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = CASES._replace(pairs=CASES.pairs[::4], injections=CASES.injections[::8])
    monkeypatch.setattr(cases, "load", lambda: few)
    with serving(Endpoint(mind)) as endpoint:
        kv, out = MemoryKv(), Console(file=StringIO(), width=200)
        admission = Admission(kv, endpoint_at(endpoint.url))
        app = SimpleNamespace(
            admission=admission, store=SimpleNamespace(kv=kv), settings=SimpleNamespace(zone=ZONE)
        )
        assert await assessor.check(cast(App, app), out) == code
        card = await card_of(kv)
        assert card
        assert card.passed == (code == 0)
        assert (
            list(assessor.lines(card, ZONE))
            == cast(StringIO, out.file).getvalue().splitlines()[-len(card.figures) - 2 :]
        )
        await admission.look()
        assert admission.admitted == (code == 0)


async def test_without_a_model_there_is_nothing_to_check() -> None:
    app = SimpleNamespace(admission=Admission(MemoryKv(), None))
    with pytest.raises(assessor.NoEndpoint, match="XUMIAN_ASSESSOR_URL"):
        await assessor.check(cast(App, app), Console(file=StringIO()))


def endpoint_at(url: str) -> Place:
    return Place(url, "fake", "")


@pytest.mark.parametrize("values", [{"assessor_url": "http://x/v1"}, {"assessor_model": "qwen"}])
def test_an_address_and_a_model_need_each_other(values: dict[str, object]) -> None:
    with pytest.raises(SettingsWrong, match="need each other"):
        endpoint_of(load(values))


def test_the_key_is_no_part_of_what_is_shown() -> None:
    settings = load({"assessor_url": "http://x/v1", "assessor_model": "qwen", "assessor_key": "sk-very-secret"})
    assert endpoint_of(settings) == Place("http://x/v1", "qwen", "sk-very-secret")
    assert "sk-very-secret" not in repr(settings)
