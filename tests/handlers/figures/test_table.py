"""The table of figures: the same numbers as the pictures, without those that are hidden for being small."""

import csv
import io
from collections import Counter

from handlers.console.commands.figures.figures_file import written
from handlers.figures.rates import FEW
from handlers.figures.table import COLUMNS, Line, table
from tests.dialogues.playing import script_named

SCRIPT = script_named("short")
FIRST = SCRIPT.steps[0].question.id
TOTAL = Counter(
    {
        "interviews": 120,
        "started": 100,
        "phase:completed": 60,
        "away:exit": 60,
        "reason:network": 20,
        "reason:device": 2,
        "reason:too_long": 9,
        "reason:skipped": 7,
        "stop:technical": 22,
        "stop:unsaid": 18,
        "stop.unexplained": 9,
        "away": 50,
        "away.rule:connection_lost": 30,
        "away.rule:nothing_known": 20,
        "returns:saved": 10,
        f"asked:{FIRST}": 100,
        f"lost:{FIRST}": 31,
        f"answered:{FIRST}": 80,
        f"answer_s:{FIRST}": 80 * 95,
    }
)
LINES = list(table(TOTAL, {"2026-11-24": Counter(completed=6, stopped=5), "2026-11-25": Counter()}, SCRIPT))


def line(figure: str, name: str) -> Line:
    (found,) = [each for each in LINES if (each.figure, each.name) == (figure, name)]
    return found


def test_shares_have_their_intervals() -> None:
    assert line("outcome", "direct_exit") == ("outcome", "direct_exit", 40, 100, 40, 30, 50)
    assert line("outcome", "unsaid_of_stopped")[2:5] == (18, 40, 45)
    assert line("left_by_question", FIRST)[2:5] == (31, 100, 31)
    assert line("completed_on", "2026-11-24")[2:5] == (6, 11, 55)
    assert line("answer_seconds", FIRST)[2:4] == (95, 80)


def test_what_is_few_is_kept_back_and_so_is_what_it_could_be_worked_out_from() -> None:
    assert line("reason", "device").number is None
    assert line("reason", "network").number is None
    assert line("reason_group", "technical").number == 22
    assert line("reason_group", "unsaid").number == 60 - 31
    assert line("reason", "too_long").number == 9
    for each in LINES:
        if each.figure in ("reason", "reason_group", "likely_cause", "likely_rule", "away", "returned_through"):
            assert each.number is None or each.number == 0 or each.number >= FEW, each


def test_groups_have_their_rates_and_ratios() -> None:
    total = Counter({"done.ch:web": 80, "stop.ch:web": 20, "done.ch:wechat": 100, "stop.ch:wechat": 100})
    total += Counter({"yes.mode:voice": 3, "no.mode:voice": 9, "yes.mode:text": 20, "no.mode:text": 9})
    found = {(each.figure, each.name): each[2:] for each in table(total, {}, SCRIPT)}
    assert found["completed_by_channel", "web"] == (80, 100, 80, 71, 87)
    assert found["completed_ratio_by_channel", "wechat"][2:] == (63, 52, 75)
    assert ("completed_ratio_by_channel", "web") not in found
    assert found["advanced_by_mode", "voice"] == found["advanced_by_mode", "text"] == (None,) * 5
    assert ("advanced_ratio_by_mode", "voice") not in found


def test_a_day_on_which_nothing_ended_is_no_row() -> None:
    assert [each.name for each in LINES if each.figure == "completed_on"] == ["2026-11-24"]


def test_the_file() -> None:
    rows = list(csv.reader(io.StringIO(written(LINES).decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(LINES) + 1
    assert ["reason", "device", "", "", "", "", ""] in rows


def test_no_part_can_be_worked_out_from_its_group() -> None:
    total = Counter(
        {
            "away:exit": 40,
            "reason:network": 9,
            "reason:device": 3,
            "reason:no_time": 2,
            "reason:too_long": 8,
            "away": 40,
            "away.rule:own_pause": 9,
            "away.rule:page_closed": 1,
            "away.rule:nothing_known": 30,
        }
    )
    lines = {(each.figure, each.name): each.number for each in table(total, {}, SCRIPT)}
    assert lines["reason_group", "technical"] == 12
    assert lines["reason", "network"] is None
    assert lines["reason", "device"] is None
    assert lines["reason_group", "time"] is None
    assert ("reason", "no_time") not in lines
    assert lines["likely_cause", "theirs"] == 10
    assert lines["likely_rule", "own_pause"] is None


def test_of_a_handful_with_one_reason_not_even_the_zeros_are_told() -> None:
    lines = list(table(Counter({"away:exit": 3, "reason:network": 3}), {}, SCRIPT))
    groups = [each for each in lines if each.figure == "reason_group"]
    assert len(groups) == 5
    assert {(each.number, each.of) for each in groups} == {(None, None)}


def test_a_stage_that_was_moved_is_no_error() -> None:
    total = Counter({f"stage:{SCRIPT.stages[0].id}": 5, f"stage:{SCRIPT.stages[1].id}": 30, "started": 40})
    lines = {(each.figure, each.name): each for each in table(total, {}, SCRIPT)}
    assert lines["stage_completed", SCRIPT.stages[1].id].percent == 100
