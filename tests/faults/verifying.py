"""The checks after every scenario, on the export, the audit and the chats."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.faults.candidates import QUESTIONS, Candidate, number_of
from tests.faults.platform import Chat, Sent

_TAG = re.compile(r"\[c\d+-\d+-\d+\]")
_MAY_RECUR = (
    "I have not received an answer yet",
    "I just received your addition",
    "This choice no longer applies",
    "Question ",  # "Question … is already submitted"
)
_JOURNAL_LINES = 60
Key = tuple[str, tuple[str, ...]]
"""Identifies equal messages of a chat. The buttons' data name the question."""


@dataclass
class Findings:
    """The results of a check. `wrong` describes violated guarantees, `repeated` lists messages sent again."""

    answers: int = 0
    repeated: list[tuple[Candidate, Sent]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    journals: dict[int, list[str]] = field(default_factory=dict)

    def blame(self, candidate: Candidate, what: str) -> None:
        self.wrong.append(f"c{candidate.number} ({candidate.manner}): {what}")
        self.journals.setdefault(candidate.number, candidate.chat.journal[-_JOURNAL_LINES:])

    def report(self) -> str:
        lines = [f"{len(self.wrong)} violations", *self.wrong[:20]]
        for number, journal in list(self.journals.items())[:3]:
            lines += [f"--- c{number}", *journal]
        return "\n".join(lines)


def check_records(candidates: list[Candidate], exported: list[dict[str, Any]]) -> Findings:
    """Check that every interview is complete, with every part of every answer once, in order, under its question.

    All updates must have been acknowledged before.
    """
    found = Findings()
    by_user: dict[str, list[dict[str, Any]]] = {}
    for interview in exported:
        for channel in interview["candidate"]["channels"]:
            by_user.setdefault(channel["user"], []).append(interview)
    for candidate in candidates:
        mine = by_user.get(str(candidate.chat.number), [])
        if len(mine) != 1:
            found.blame(candidate, f"{len(mine)} interviews in the export instead of one")
            continue
        _check_record(candidate, mine[0], found)
        _check_chat(candidate, found)
    if len(exported) != len(candidates):
        found.wrong.append(f"{len(exported)} interviews in the export, {len(candidates)} candidates")
    return found


def _check_record(candidate: Candidate, interview: dict[str, Any], found: Findings) -> None:
    if interview["state"] != "completed":
        found.blame(candidate, f"the interview is {interview['state']}")
    for answer in interview["answers"]:
        question = answer["question"]
        recorded = [tag for part in answer["parts"] for tag in _TAG.findall(part["text"])]
        said = candidate.said.get(question, [])
        found.answers += len(recorded)
        if recorded != said:
            found.blame(
                candidate, f"{question}: said {' '.join(said)}, recorded {' '.join(recorded) or 'nothing'}"
            )
        if said and answer["status"] != "submitted":
            found.blame(candidate, f"{question} is {answer['status']}")


def _check_chat(candidate: Candidate, found: Findings) -> None:
    """Check that the candidate saw every question, in order."""
    first_seen: dict[Key, Sent] = {}
    for sent in candidate.chat.sent:
        first_seen.setdefault(_key(sent), sent)
    found.repeated += [(candidate, sent) for sent in _repeated(candidate.chat)]
    ranks = [rank for sent in first_seen.values() if (rank := _rank(sent)) is not None]
    if ranks != sorted(ranks):
        found.blame(candidate, f"messages out of order: {ranks}")
    asked = list(dict.fromkeys(number for sent in candidate.chat.sent if (number := number_of(sent))))
    if asked != list(range(1, QUESTIONS + 1)):
        found.blame(candidate, f"questions seen: {asked}")


def _key(sent: Sent) -> Key:
    return sent.text, sent.buttons


def _repeated(chat: Chat) -> list[Sent]:
    """Return the messages that were sent again later, except texts that may recur."""
    last: dict[Key, Sent] = {}
    repeated: list[Sent] = []
    for sent in chat.sent:
        if sent.text.startswith(_MAY_RECUR):
            continue
        if earlier := last.get(_key(sent)):
            repeated.append(earlier)
        last[_key(sent)] = sent
    return repeated


def _rank(sent: Sent) -> int | None:
    """Return a message's position in the interview, or None.

    The order is guide, question, reply to its answer, next question, end.
    """
    if sent.button("agree"):
        return 0
    if number := number_of(sent):
        return 2 * number
    if submit := sent.button("submit"):
        return 2 * int(submit.partition("@")[2].partition(".")[0]) + 3
    return 2 * QUESTIONS + 2 if sent.button("face.4") else None
