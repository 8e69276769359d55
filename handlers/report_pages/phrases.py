"""What the parts of a report are put into words with."""

import re
from datetime import tzinfo

from conversation.timing.schedule import at
from conversation.visible_text import writable
from conversation.words import Words
from handlers.organisation.tokens import name_of
from handlers.report_pages.model import Moment, Term
from handlers.report_pages.reading import Source

_OVERRIDES = re.compile("[\u202d\u202e]")


def literal(text: str) -> str:
    """Return what somebody wrote, as every format can show it: in the order in which it was written, without
    characters that XML cannot contain."""
    return _OVERRIDES.sub("", writable(text))


class Phrases:
    """The texts of one report in one language.

    `staff` are the console's texts, `candidates` the texts also used with candidates. Times are in `zone`.
    """

    def __init__(self, source: Source, staff: Words, candidates: Words, zone: tzinfo) -> None:
        self.source = source
        self.staff = staff
        self.candidates = candidates
        self.zone = zone
        self.language = staff.language
        self.text = staff.text
        self.plain = staff.plain

    def moment(self, ms: int) -> Moment:
        """Return the time, given in epoch milliseconds."""
        when = at(ms, self.zone)
        text = self.text("staff.page.moment").format(t=when, month=self.candidates.text(f"month.{when.month}"))
        return Moment(when.isoformat(timespec="seconds"), text)

    def when(self, ms: int) -> Moment | None:
        """Return the time, or None for 0."""
        return self.moment(ms) if ms else None

    def term(self, kind: str, value: str) -> Term:
        """Return a catalogue word: a value of `kind`, such as `running` of `state`."""
        return Term(value, self.text(f"staff.{kind}.{value}"))

    def name(self, person: str) -> str:
        """Return the name of a colleague or a token, or the id of one who has left."""
        return literal(name_of(self.source.organisation, person)) or person

    def names(self, *people: str) -> str:
        """Return the names of those that are not empty, joined."""
        return self.joined(*(self.name(person) for person in people if person))

    def joined(self, *texts: str) -> str:
        return self.text("staff.list.joint").join(texts)
