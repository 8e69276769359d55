"""A short correct script, and helpers to change it and read its faults."""

from handlers.authoring import Fault, read_script

SCRIPT = """\
id: clerk
title: {zh: 文员, en: Clerk}
register: name
level: junior
deadline: 48h
guide:
  zh: "您好，{name}"
  en: "Hello, {name}"
privacy: {version: "2026-11", zh: 说明, en: Notice}
competencies:
  expression: {zh: 表达, en: Expression}
  order: {zh: 条理, en: Order}
stages:
  - id: introduction
    title: {zh: 介绍, en: Introduction}
    weight: 40
    questions:
      - id: about-you
        kind: open
        ask: {zh: 请介绍自己, en: Introduce yourself}
        minutes: 8
        difficulty: 1
        voice: off
        competencies: [expression]
        rubric: {1: 含糊, 5: {zh: 清楚, en: Clear}}
      - id: typing
        kind: number
        ask: {zh: 打字速度, en: Typing speed}
        minutes: 2
        min: 0
        max: 500
  - id: situation
    title: {zh: 情景, en: Situation}
    weight: 60
    questions:
      - id: phone
        kind: choice
        ask: {zh: 先做什么, en: What first}
        minutes: 6
        difficulty: 3
        competencies: [order]
        options:
          - {id: answer, label: {zh: 接, en: Answer it}}
          - {id: ignore, label: {zh: 不接, en: Ignore it}}
exit_reasons:
  - {id: network, group: technical}
  - {id: too_far, group: personal, label: {zh: 太远, en: Too far}}
reminders: [10m, 1d, before-deadline 3h]
transcript: silent
"""


def changed(old: str, new: str) -> str:
    """Return SCRIPT with the first `old`, which must be there, replaced by `new`."""
    assert old in SCRIPT
    return SCRIPT.replace(old, new, 1)


def faults(text: str) -> tuple[Fault, ...]:
    return read_script(text, "clerk.yaml").faults


def the_fault(text: str) -> Fault:
    """Return the fault of `text`, which must have exactly one."""
    found = faults(text)
    assert len(found) == 1, [str(fault) for fault in found]
    return found[0]
