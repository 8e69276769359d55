"""Wordings such as a model could come up with: what must not be asked, and what may be."""

from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from conversation.follow_up.fit import fault


class Wording(NamedTuple):
    language: str
    question: str
    answer: str
    text: str

    @property
    def fault(self) -> str | None:
        return fault(self.text, self.language, self.question, [self.answer])


def wordings(kind: str) -> list[Wording]:
    known = yaml.safe_load(Path(__file__).with_name("wordings.yaml").read_text(encoding="utf-8"))
    return [
        Wording(each["language"], each["question"], each["answer"], text)
        for each in known
        for text in each.get(kind, ())
    ]


@pytest.mark.parametrize("wording", wordings("refused"), ids=lambda each: each.text)
def test_what_is_private_leading_or_judging_is_not_asked(wording: Wording) -> None:
    assert wording.fault is not None


@pytest.mark.parametrize("wording", wordings("asked"), ids=lambda each: each.text)
def test_what_is_open_and_neutral_is_asked(wording: Wording) -> None:
    assert wording.fault is None


@pytest.mark.parametrize(
    ("language", "question", "text", "why"),
    [
        ("zh", "您为什么想做这份工作？", "您为什么想做这份工作？", "repeated"),
        ("zh", "请讲一次您处理客户投诉的经历。", "您处理客户投诉的经历是什么？", "repeated"),
        ("en", "Why would you like to work with data?", "Why would you want to work with data?", "repeated"),
        ("en", "Please tell of a complaint.", "How can a shop improve after complaints?", "unrelated"),
        ("en", "Why would you like to do this work?", "What do you like to do on Sundays?", "unrelated"),
        ("en", "Please tell of a complaint.", "When did the complaint again is a ?", "form"),
        ("en", "Please tell of a complaint.", "When you heard the complaint, what did you '?", "form"),
    ],
)
def test_what_a_small_model_wrote_is_not_asked(language: str, question: str, text: str, why: str) -> None:
    assert fault(text, language, question, [question]) == why
