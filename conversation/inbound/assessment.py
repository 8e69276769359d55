"""What the assistant found in an answer, and how it words a follow-up question."""

import msgspec


class Quote(msgspec.Struct, frozen=True, array_like=True):
    """A stretch of an answer, word for word.

    - `part`: the index of the message within the answer, from 0.
    - `start`, `end`: positions in the text of that message, in characters.
    - `at_ms`: where it is said in the recording, in milliseconds; -1: unknown, or typed.
    """

    part: int
    start: int
    end: int
    text: str
    at_ms: int = -1


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was found about one competency; an empty `competency` is the question as a whole.

    - `level`: the rubric's level, from 1 to 5; None: not assessed.
    - `quotes`: the evidence of the level.
    - `why`: why there is no level: declined (the model could not tell), no_quote (nothing that it quoted is in the
      answer), out_of_bounds (it judged how something was said), differs (a second look at nothing but the quotes
      came to another level), missing (it said nothing about this competency).
    """

    competency: str
    level: int | None = None
    reason: str = ""
    quotes: tuple[Quote, ...] = ()
    why: str = ""


class Parameters(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a model was asked: `form` is json_schema, tool or json_object; `most_tokens` limits each output."""

    form: str = ""
    temperature: float = 0.0
    most_tokens: int = 0


class Assessment(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the assistant found in one answer, or why it could not read it.

    - `answer`: the SHA-256 (hex) of the text that was read.
    - `addressed`: what speaks to the rater instead of answering. It was kept from the model and is no evidence.
    - `why`: why nothing was assessed: pending, unclear, unheard or empty (the answer); slow, busy, refused, cut,
      malformed, rejected, unavailable or failed (the model); empty: something was.
    - `model`, `prompt`, `rubric`: the model's name, the version of the prompt, and that of the script.
    - `raw`: the model's outputs, unchanged, in order.
    """

    question: str
    answer: str = ""
    findings: tuple[Finding, ...] = ()
    addressed: tuple[Quote, ...] = ()
    why: str = ""
    model: str = ""
    prompt: str = ""
    rubric: str = ""
    parameters: Parameters = Parameters()
    raw: tuple[str, ...] = ()


class AssessmentMade(msgspec.Struct, frozen=True, tag="assessment"):
    """The assistant that reads is done with an answer."""

    assessment: Assessment


class Draft(msgspec.Struct, frozen=True, omit_defaults=True):
    """A model's wording of a follow-up question to the answer to `question`.

    - `text`: the wording, if nothing speaks against it; otherwise empty.
    - `why`: why it is not asked: unclear, unheard or empty (the answer); slow, busy, refused, cut, malformed,
      rejected, unavailable or failed (the model); one of `follow_up.fit.Fault` (a rule speaks against it); late
      (the interview had gone on by then); empty: it is asked.
    - `model`, `prompt`, `parameters`: as in `Assessment`. `raw`: the model's output, unchanged.
    """

    question: str
    text: str = ""
    why: str = ""
    model: str = ""
    prompt: str = ""
    parameters: Parameters = Parameters()
    raw: str = ""


class DraftMade(msgspec.Struct, frozen=True, tag="draft"):
    """The assistant has worded a follow-up question, or could not."""

    draft: Draft
