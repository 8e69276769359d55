"""Records of earlier releases must stay readable for ever.

Each file in `records` holds the dialogues of one release as they were stored: one JSON object per line with the
script, all entries, and the state after each entry. The files are never changed."""

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import pytest
from msgspec.structs import replace

from conversation import prompt as p
from conversation.choices import offered
from conversation.engine import Engine
from conversation.evolve import apply
from conversation.inbound import Inbound, TextReceived
from conversation.record.audit import unseal, verify
from conversation.script import Script
from conversation.state import Record, State
from conversation.views.answers import read
from handlers.catalogues import vocabulary
from storage.codec import pack_entry, state_of, unpack_entry

_FILES = sorted((Path(__file__).parent / "records").glob("*.jsonl.gz"))


class Stored(NamedTuple):
    name: str
    zone: ZoneInfo
    script: Script
    entries: list[bytes]
    states: list[bytes]


def _read() -> Iterator[Stored]:
    for file in _FILES:
        for line in gzip.decompress(file.read_bytes()).decode().splitlines():
            raw: dict[str, Any] = json.loads(line)
            yield Stored(
                f"{file.name.removesuffix('.jsonl.gz')}-{raw['dialogue']}",
                ZoneInfo(raw["zone"]),
                msgspec.convert(raw["script"], Script),
                [base64.b64decode(each) for each in raw["entries"]],
                [base64.b64decode(each) for each in raw["states"]],
            )


STORED = list(_read())
every_record = pytest.mark.parametrize("stored", STORED, ids=[each.name for each in STORED])


def test_there_are_records() -> None:
    assert len(STORED) >= 60


@every_record
def test_the_chain_holds_and_the_transcript_is_read(stored: Stored) -> None:
    head = unseal(stored.entries[-1])[0]
    state = state_of(stored.states[-1])
    entries = verify(state.interview, stored.entries, len(stored.entries), head)
    transcript = read(entries, stored.script)
    handed_in = [answer for answer in transcript.answers if answer.status == "submitted"]
    assert len(handed_in) == state.done


@every_record
def test_the_store_reads_the_entries_as_they_were(stored: Stored) -> None:
    for entry in stored.entries:
        assert unpack_entry(entry) == unpack_entry(pack_entry(entry)) == entry


@every_record
def test_the_fold_gives_the_state_that_was_stored(stored: Stored) -> None:
    """Fields that old releases did not keep, such as the list on the screen, are not compared."""
    state: State | None = None
    for blob, before in zip(stored.entries, stored.states, strict=True):
        entry = unseal(blob)[1]
        state = apply(state, entry)
        assert state is not None
        assert _comparable(state) == _comparable(state_of(before)), entry


def _comparable(state: State) -> State:
    kept = replace(state, prompt=p.NoPrompt(), listed=None, reached=-1, lost_at=-1, changeable=-1, dropped=())
    return replace(kept, invited_ms=0, adjusted=False)


@every_record
def test_whoever_writes_next_is_answered(stored: Stored) -> None:
    """In every stored state the engine handles a text of the candidate. If it answers with choices, the new state
    has as many."""
    engine = Engine(vocabulary(), stored.zone)
    for blob, before in zip(stored.entries, stored.states, strict=True):
        state, entry = state_of(before), unseal(blob)[1]
        if state.address is None:
            continue
        inbound = Inbound("in:next", TextReceived("1"), state.address, entry.at_ms + 1000, "m")
        outcome = engine.step(Record(state, entry.n, b""), inbound, stored.script, entry.at_ms + 1000)
        assert outcome.entry is not None
        sent = [each.choices for each in outcome.messages if each.choices and each.to == state.address]
        if sent and not outcome.messages[-1].quiet:
            assert len(offered.shown(outcome.state, stored.script)) == len(sent[-1])


def test_the_prompt_of_an_old_state_is_what_it_expected() -> None:
    found = {type(state_of(blob).prompt) for each in STORED for blob in each.states}
    expected = {
        p.AdditionPrompt,
        p.AnswerPrompt,
        p.AwayPrompt,
        p.CorrectionPrompt,
        p.DetailPrompt,
        p.FeedbackPrompt,
        p.GuidePrompt,
        p.LapsedPrompt,
        p.LeavePrompt,
        p.NamePrompt,
        p.ReasonPrompt,
        p.RequestPrompt,
        p.ReturnPrompt,
        p.SupportPrompt,
        p.TimePrompt,
        p.UnheardPrompt,
    }
    assert expected <= found
