"""A small interview script with questions of all four kinds."""

from conversation.script import Option, Question, Reminder, Script, Stage, Wording


def _both(text: str) -> Wording:
    return Wording(f"{text}(中)", text)


_OPTIONS = tuple(Option(name, _both(name)) for name in ("north", "south", "abroad"))

SCRIPT = Script(
    id="small",
    title=_both("Analyst"),
    stages=(
        Stage(
            "first",
            _both("First"),
            40,
            (Question("about", "open", _both("About you?"), 2), Question("city", "short", _both("Your city?"), 1)),
        ),
        Stage(
            "second",
            _both("Second"),
            60,
            (
                Question("where", "choice", _both("Where?"), 1, options=_OPTIONS),
                Question("years", "number", _both("Years?"), 1, minimum=0, maximum=40),
            ),
        ),
    ),
    guide=_both("{stages} stages, {questions} questions, {minutes} minutes, until {deadline}."),
    privacy=_both("We keep what you say."),
    privacy_version="2026-11",
    reminders=(Reminder(after_s=600), Reminder(after_s=86_400), Reminder(before_deadline_s=3 * 3600)),
    version="small-1",
)
