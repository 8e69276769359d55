"""Pictures and documents: kept with the answer if the question takes files, otherwise refused with a reason."""

from conversation import events as e
from conversation import inbound as i
from conversation.choices.offered import for_question
from conversation.decide import answers, free_text, resumption, support, voice
from conversation.jobs import FetchFile
from conversation.limits import MOST_FILES, MOST_FILES_IN_ALL, MOST_MESSAGES
from conversation.limits.answer import full
from conversation.prompt import AdditionPrompt, AnswerPrompt, DeletionPrompt, PracticePrompt
from conversation.question_kinds import takes_files
from conversation.state_changes.answer_files import awaited, titled
from conversation.state_changes.open_answer import asks_again
from conversation.turn import Turn
from conversation.words import Styled

MOST_BYTES = 20 * 1024 * 1024
_KINDS = frozenset({"photo", "document"})
_MOST_NAME = 150
_MOST_REFERENCE = 512


def other(turn: Turn, what: i.OtherReceived) -> None:
    """Handle a message that is neither text nor speech, in any phase."""
    if what.kind not in _KINDS or not _taken(turn, what):
        free_text.other(turn, what)


def _taken(turn: Turn, what: i.OtherReceived) -> bool:
    """Take the file as part of an answer, or say why it is refused. Returns False if no answer takes it now."""
    state = turn.state
    if answers.before_leaving(turn):
        return hold(turn, what)
    if isinstance(state.prompt, AdditionPrompt):
        return _added(turn, what, state.prompt.index)
    if isinstance(state.prompt, DeletionPrompt | PracticePrompt):
        return False
    if state.phase in ("running", "completed") and answers.overtaken(turn):
        return _late(turn, what)
    if not (turn.has_question and takes_files(turn.question) and state.prompt.voice):
        return False
    if state.away:
        return _returned(turn, what)
    if not state.answering:
        return False
    _answer(turn, what)
    return True


def hold(turn: Turn, what: i.OtherReceived) -> bool:
    """Take the file as part of an answer without saying so. Returns False if no answer takes it."""
    if what.kind not in _KINDS:
        return False
    if answers.overtaken(turn):
        return kept_late(turn, what)
    if not (turn.has_question and takes_files(turn.question)) or _refused(turn, what):
        return False
    _record(turn, turn.state.index, what)
    return True


def _returned(turn: Turn, what: i.OtherReceived) -> bool:
    """Bring the candidate back with a file that joins the open answer. Returns False if it cannot be taken.

    Unlike text, a file is never a mere greeting. It is handed in only by the candidate.
    """
    if turn.too_late or not turn.state.started_ms or _refused(turn, what):
        return False
    resumption.back(turn, taking=lambda: _record(turn, turn.state.index, what))
    return True


def _added(turn: Turn, what: i.OtherReceived, index: int) -> bool:
    """Take the file as the addition that was asked for. Returns False if it cannot be taken."""
    if not takes_files(turn.script.steps[index].question) or what.media is None or _too_large(what):
        return False
    if turn.state.files >= MOST_FILES_IN_ALL:
        return False
    _record(turn, index, what, late=True)
    voice.thank(turn, index)
    return True


def _late(turn: Turn, what: i.OtherReceived) -> bool:
    if not kept_late(turn, what):
        return False
    turn.say("answer.late")
    return True


def kept_late(turn: Turn, what: i.OtherReceived) -> bool:
    """Add the file to the answer that was handed in last, without saying so. Returns False if that takes none."""
    previous = turn.state.previous
    asked = [step.question.id for step in turn.script.steps]
    if previous is None or previous.question not in asked or what.media is None or _too_large(what):
        return False
    index = asked.index(previous.question)
    if not takes_files(turn.script.steps[index].question) or turn.state.files >= MOST_FILES_IN_ALL:
        return False
    _record(turn, index, what, late=True)
    return True


# at the open question


def _answer(turn: Turn, what: i.OtherReceived) -> None:
    """Take the file as part of the open answer, or say why it is refused.

    Files that come one after the other, such as an album, get a single receipt.
    """
    if why := _refused(turn, what):
        _refuse(turn, what, why)
        return
    parts = turn.state.parts
    more = bool(parts) and bool(parts[-1].file) and isinstance(turn.state.prompt, AnswerPrompt)
    number = turn.state.files + 1
    _record(turn, turn.state.index, what)
    if not more:
        key = "answer.file.held" if turn.kind.at_once else "answer.file"
        receipt = turn.words.say(key, file=_title(turn, what))
        turn.send(receipt, for_question(turn.state, turn.script), subject=_subject_of(number))


def _refused(turn: Turn, what: i.OtherReceived) -> str:
    """Return why the file is refused, or an empty string.

    The reason is `photo` or `document` (the platform does not give us the file), `too_large`, `too_many` or
    `too_many.all`.
    """
    if what.media is None:
        return what.kind
    if _too_large(what):
        return "too_large"
    if turn.state.files >= MOST_FILES_IN_ALL:
        return "too_many.all"
    sent = sum(bool(part.file) for part in turn.state.parts)
    return "too_many" if sent >= MOST_FILES or len(turn.state.parts) >= MOST_MESSAGES else ""


def _refuse(turn: Turn, what: i.OtherReceived, why: str) -> None:
    """Say why the file is refused. The text beside it joins the answer all the same, if there is room."""
    most = MOST_FILES_IN_ALL if why == "too_many.all" else MOST_FILES
    said = turn.words.say(f"answer.file.{why}", file=_title(turn, what), most=most)
    words = what.text.strip()
    if why.startswith("too_many") and (not words or full(turn.state, words)):
        answers.refuse(turn, said, words)
        return
    turn.record(e.NotTaken(what.kind[:40]))
    if words and not full(turn.state, words):
        turn.record(answers.received(turn, turn.question.id, words))
        said = Styled.join([said, turn.words.say("answer.file.words")])
    turn.send(said, for_question(turn.state, turn.script))


def _too_large(what: i.OtherReceived) -> bool:
    return what.media is not None and what.media.size > MOST_BYTES


def _record(turn: Turn, index: int, what: i.OtherReceived, *, late: bool = False) -> None:
    media, sender, state = what.media, turn.inbound.sender, turn.state
    if media is None or sender is None:
        return
    number, name, words = state.files + 1, what.name[:_MOST_NAME], what.text.strip()
    if not late and full(state, words):  # the file counts, even if there is no room for the words
        turn.record(e.AnswerFull(turn.question.id, words))
        words = ""
    turn.record(
        e.PartFile(
            turn.script.steps[index].question.id,
            index,
            number,
            what.kind,
            media.reference[:_MOST_REFERENCE],
            name,
            words,
            media.size,
            turn.inbound.message,
            sender.channel,
            turn.inbound.sent_ms,
            late,
        )
    )
    turn.queue(FetchFile(state.interview, number, sender, media, turn.now, name, answer=True))


def _title(turn: Turn, what: i.OtherReceived) -> str:
    return titled(what.name or what.kind, turn.words)


def _subject_of(number: int) -> str:
    return f"file:{number}"


# archived or lost


def archived(turn: Turn, what: i.FileArchived) -> None:
    """Record that a file is archived; one sent to people is passed on. The candidate already has the receipt."""
    if not what.answer:
        support.file_kept(turn, what)
    elif awaited(turn.state, what.number):
        turn.record(e.PartFileKept(what.number, what.file, what.size))


def lost(turn: Turn, what: i.FileLost) -> None:
    """Record that a file could not be fetched, and tell the candidate."""
    if not what.answer:
        support.file_lost(turn, what)
    elif awaited(turn.state, what.number):
        _lose(turn, what)


def _lose(turn: Turn, what: i.FileLost) -> None:
    missing = awaited(turn.state, what.number)
    if missing is None:
        return
    open_now = turn.state.attentive and any(part.file == what.number for part in turn.state.parts)
    again = asks_again(turn.state, missing)
    turn.record(e.PartFileLost(what.number, what.why))
    if not missing.counts:
        return
    file, number = titled(missing.name, turn.words), missing.index + 1
    why = what.why if what.why in ("too_large", "no_space") else "gone"
    if open_now:
        choices = for_question(turn.state, turn.script) if turn.state.prompt.answers else ()
        turn.say(f"answer.file.{why}", choices, file=file)
    elif again:
        turn.say(f"answer.file.{why}.later", (f"add.{missing.index}",), file=file, number=number)
    else:  # replaces the receipt, where the channel can edit
        said = turn.words.say(f"answer.file.{why}", file=file)
        turn.send(said, subject=_subject_of(what.number), quiet=True)
