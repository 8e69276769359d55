"""The report on one interview as a value. The page and every file are made from it, and show the same texts.

Texts are in the report's language. What programs may want to tell apart has an id or a number beside its text. To
add a part of the report, add a field to `Report`, its blocks to `report_files.document`, and its section to the
page's template.
"""

import msgspec

FORM = 1
"""The form of the report's JSON. Fields may be added to a form, but none is renamed or removed."""


class Moment(msgspec.Struct, frozen=True):
    """A point in time: in ISO 8601 with offset, and as people write it."""

    at: str
    text: str


class Term(msgspec.Struct, frozen=True):
    """One of a fixed set of values, by its id, and what it is called."""

    id: str
    text: str


class Fact(msgspec.Struct, frozen=True):
    """A labelled value. `id` is empty for columns of a list of candidates, which have no other name."""

    id: str
    label: str
    value: str


class Stretch(msgspec.Struct, frozen=True):
    """A piece of a transcript. `at` is its position in the recording; `unsure` asks readers to check by ear."""

    at: str
    text: str
    unsure: bool
    start_s: float
    confidence: float


class FileView(msgspec.Struct, frozen=True):
    """A file of an answer. `sha256` is empty if it is not archived; `picture` means it is shown in the page."""

    name: str
    sha256: str
    picture: bool
    about: str = ""


class PartView(msgspec.Struct, frozen=True):
    """One message of an answer.

    - `about`: remarks on it; of a voice message its length, and whether and how well it was understood.
    - `machine`: the speech model's text, if the candidate corrected it.
    - `revision`: the text after an edit that came too late to count.
    - `at`: when it came, in ISO 8601 with offset.
    - `sha256`: its recording; empty if there is none.
    - `confidence`: that of the transcript, from 0 to 1; None if there is no transcript by the speech model.
    - `asked`: the follow-up question that was asked before it, marked as generated; empty: none.
    """

    text: str
    at: str
    about: tuple[str, ...] = ()
    spoken: bool = False
    stretches: tuple[Stretch, ...] = ()
    machine: str = ""
    revision: str = ""
    sha256: str = ""
    confidence: float | None = None
    file: FileView | None = None
    asked: str = ""


class MarkView(msgspec.Struct, frozen=True):
    """A rating: by whom and which score, as text; the score itself (None: cannot be assessed), and its reason."""

    text: str
    score: int | None
    note: str


class QuestionView(msgspec.Struct, frozen=True):
    """A question with its answer.

    - `status`: submitted, open or none. `submitted` says when, `submitted_at` in ISO 8601; empty if it was not.
    - `missing`: why there is nothing to assess; empty if there is.
    - `marks`: the ratings that the reader may see.
    - `automatic`: whether the answer is the expected one; empty: none is expected.
    - `assistant`: what the assistant found, if the reader has rated the answer.
    """

    id: str
    number: int
    ask: str
    status: str
    submitted: str
    submitted_at: str
    parts: tuple[PartView, ...]
    missing: str
    marks: tuple[MarkView, ...] = ()
    automatic: str = ""
    assistant: tuple[str, ...] = ()


class StageView(msgspec.Struct, frozen=True):
    """A stage. `whole` means that all its questions are answered, so that it is assessed."""

    id: str
    title: str
    weight: str
    whole: bool
    questions: tuple[QuestionView, ...]


class CoverageView(msgspec.Struct, frozen=True):
    """How much can be assessed. `missing` are the titles of the stages that cannot be, and `why` says what follows
    from that."""

    text: str
    assessed_weight: float
    total_weight: float
    missing: tuple[str, ...]
    why: tuple[str, ...]


class StageScoreView(msgspec.Struct, frozen=True):
    """A stage's score, as text and from 1 to 5; None if it is not assessed."""

    title: str
    text: str
    score: float | None


class ScoresView(msgspec.Struct, frozen=True):
    """Scores in words.

    - `total`, `stages`: scores of what was assessed. `score` is the total as a number, None if there is none.
    - `basis`: what the total rests on.
    - `automatic`: how much of it counts automatically; empty if nothing does.
    - `hidden`: why others' ratings are hidden; empty if they are shown.
    """

    total: str = ""
    score: float | None = None
    basis: str = ""
    automatic: str = ""
    stages: tuple[StageScoreView, ...] = ()
    hidden: str = ""


class CompetencyRow(msgspec.Struct, frozen=True):
    """A competency's level, as text and from 1 to 5 (None: blank, not low), and what it rests on or why there is
    none. `coverage` is the part of its questions' weight that was assessed, from 0 to 1."""

    id: str
    title: str
    text: str
    level: float | None
    coverage: float
    basis: str


class ProfileView(msgspec.Struct, frozen=True):
    """The ability profile from the ratings that the reader may see, and what must be known to read it."""

    rows: tuple[CompetencyRow, ...]
    notes: tuple[str, ...]


class HappeningView(msgspec.Struct, frozen=True):
    """A step or an interruption of the interview.

    - `kind`: as in `views.milestones`, or an interruption: pause, exit, silence, unreachable or outage.
    - `when`: the time or times as people write them; `until`: the end of an interruption, None while it lasts and
      for a step.
    - `text`: what happened, with the reason that the candidate gave and what it looks like (`reason`, `cause`).
    - `said`: the candidate's own words about it, or a colleague's about a decision that they proposed.
    """

    kind: str
    at: Moment
    when: str
    text: str
    until: Moment | None = None
    reason: Term | None = None
    cause: Term | None = None
    said: str = ""


class DecisionView(msgspec.Struct, frozen=True):
    """A decision with everyone who made it, in order, as `by`. `last` marks the one that counts.

    `note` is empty in a report for a group.
    """

    decision: Term
    by: str
    at: Moment
    note: str
    last: bool


class ProposalView(msgspec.Struct, frozen=True):
    """A decision that still needs a second person. `text` says who can confirm it."""

    decision: Term
    text: str
    by: str
    at: Moment
    note: str


class NoteView(msgspec.Struct, frozen=True):
    """A colleague's note."""

    text: str
    by: str
    at: Moment


class EarlierView(msgspec.Struct, frozen=True):
    """An interview before this system, which was imported. What is not known of it is left out.

    - `facts`: what the file tells of it; an answer has no id, and its question as label.
    - `origin`: when it was imported and by whom, and the import and row it comes from.
    """

    facts: tuple[Fact, ...]
    origin: str
    imported: Moment
    by: str
    source: str
    row: int
    file_sha256: str


class ChainView(msgspec.Struct, frozen=True):
    """The verification of the record: `holds`, or the first wrong entry; `head` is the hash of the last one."""

    text: str
    holds: bool
    length: int
    head: str
    broken: int


class Report(msgspec.Struct, frozen=True):
    """The whole report. Parts that an erased interview no longer has are empty or None.

    - `made`: when the report was made.
    - `meaning`: the state in a sentence.
    - `facts`: the candidate's details, campaign, times and channel.
    - `versions`: which script and which privacy notice, and that the candidate agreed to it.
    - `breaks`: how many interruptions there were, and what they say; empty if none.
    - `notes_later`: how many notes the reader will see after rating; empty if none.
    - `earlier`: interviews before this system. They take no part in scores.
    """

    language: str
    interview: str
    made: Moment
    name: str
    position: str
    state: Term
    meaning: str
    progress: str
    done: int
    total: int
    facts: tuple[Fact, ...]
    coverage: CoverageView | None
    scores: ScoresView | None
    profile: ProfileView | None
    decisions: tuple[DecisionView, ...]
    proposal: ProposalView | None
    notes: tuple[NoteView, ...]
    notes_later: str
    stages: tuple[StageView, ...]
    timeline: tuple[HappeningView, ...]
    breaks: tuple[str, ...]
    versions: tuple[Fact, ...]
    chain: ChainView
    earlier: tuple[EarlierView, ...] = ()
    form: int = FORM
