"""The report has errors first, then warnings of one kind in one line, in the language of whoever reads it."""

import re

from handlers.authoring import read_script, report
from tests.handlers.authoring.written import SCRIPT, changed


def said(text: str, language: str) -> list[str]:
    return report(read_script(text, "clerk.yaml").faults, language)


def test_errors_come_first() -> None:
    text = changed("title: {zh: 文员, en: Clerk}", "title: {zh: 文员}").replace("minutes: 6", "minutes: six")
    first, second = said(text, "en")
    assert first.startswith("clerk.yaml:39:18: error: `minutes` has to be a number")
    assert second.startswith("clerk.yaml:2:8: warning: the English text of `title` is missing")


def test_warnings_of_one_kind_are_one_line_with_their_places() -> None:
    text = re.sub(r", en: [^{}]*\}", "}", SCRIPT)
    (line,) = said(text, "zh")
    assert line.startswith("clerk.yaml 提醒：缺少英文：13 处，会显示中文：title（第 2 行）、privacy（第 9 行）")
    assert "about-you.ask（第 20 行）" in line
    assert "……还有 1 处" in line
    (line,) = said(text, "en")
    assert line.startswith("clerk.yaml: warning: 13 texts have no English version")
    assert "title (line 2), privacy (line 9)" in line


def test_one_warning_is_said_in_full_with_its_line() -> None:
    text = changed("title: {zh: 文员, en: Clerk}", "title: {zh: 文员}")
    assert said(text, "zh") == ["clerk.yaml:2:8 提醒：`title`缺少英文，会显示中文；建议：在旁边写上 `en: …`"]


def test_nothing_to_say() -> None:
    assert said(SCRIPT, "zh") == []
