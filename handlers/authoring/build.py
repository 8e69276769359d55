"""Building the engine's `Script` from the validated form."""

import msgspec

from conversation.script import (
    DEFAULT_EXIT_REASONS,
    ExitReason,
    Faq,
    FollowUp,
    GroupQuestion,
    Option,
    Question,
    Reminder,
    Result,
    Script,
    Stage,
    Variant,
    Wording,
)
from handlers.authoring.expected import expected
from handlers.authoring.forms import (
    BEFORE_DEADLINE,
    FaqForm,
    GroupQuestionForm,
    OptionForm,
    QuestionForm,
    ReasonForm,
    ResultForm,
    ResultMessagesForm,
    ScriptForm,
    StageForm,
    VariantForm,
    WordingForm,
)
from handlers.authoring.times import result_days, retention, seconds
from handlers.script_versions import content_version


def build(form: ScriptForm) -> Script:
    """Return the script with its version set."""
    script = Script(
        id=form.id,
        title=_wording(form.title),
        stages=tuple(_stage(stage) for stage in form.stages),
        guide=_wording(form.guide),
        privacy=_wording(form.privacy),
        privacy_version=form.privacy.version,
        register=form.registration,
        level=form.level,
        deadline_s=seconds(form.deadline),
        competencies={key: _wording(wording) for key, wording in form.competencies.items()},
        exit_reasons=_reasons(form.exit_reasons),
        reminders=tuple(_reminder(text) for text in form.reminders),
        transcript=form.transcript,
        terms={language: tuple(terms) for language, terms in form.terms.items()},
        exit_warning=form.exit_warning,
        experiment=form.experiment.id if form.experiment else "",
        variants=tuple(map(_variant, form.experiment.variants)) if form.experiment else (),
        result=_result(form.result) if form.result else None,
        recruiter=_wording(form.recruiter) if form.recruiter else None,
        faq=tuple(map(_faq, form.faq)),
        result_messages=_result_messages(form.result_messages) if form.result_messages else {},
        review=form.review,
        practice=form.practice,
        rated_twice=form.rated_twice,
        retain=retention(form.retain) if form.retain else None,
        group_question=_group_question(form.group_question) if form.group_question else None,
    )
    return msgspec.structs.replace(script, version=content_version(script))


def _wording(form: WordingForm) -> Wording:
    return Wording(zh=form.zh, en=form.en)


def _stage(form: StageForm) -> Stage:
    questions = tuple(_question(question) for question in form.questions)
    return Stage(id=form.id, title=_wording(form.title), weight=form.weight, questions=questions)


def _question(form: QuestionForm) -> Question:
    options = tuple(_option(option) for option in form.options or ())
    return Question(
        id=form.id,
        kind=form.kind,
        ask=_wording(form.ask),
        minutes=form.minutes,
        difficulty=form.difficulty,
        voice=form.voice,
        competencies=tuple(form.competencies),
        rubric={mark: _wording(wording) for mark, wording in form.rubric.items()},
        anchors={mark: _wording(wording) for mark, wording in form.anchors.items()},
        options=options,
        minimum=form.min,
        maximum=form.max,
        files=form.files,
        skip=form.skip,
        follow_up=FollowUp(tuple(form.follow_up.when), 1) if form.follow_up else None,
        expect=expected(form.kind, form.expect, options),
    )


def _option(form: OptionForm) -> Option:
    return Option(id=form.id, label=_wording(form.label))


def _reasons(forms: list[ReasonForm] | None) -> tuple[ExitReason, ...]:
    if forms is None:
        return DEFAULT_EXIT_REASONS
    return tuple(ExitReason(form.id, form.group, _wording(form.label) if form.label else None) for form in forms)


def _result(form: ResultForm) -> Result:
    days, workdays = result_days(form.by)
    return Result(days, workdays, _wording(form.told_by) if form.told_by else None)


def _result_messages(form: ResultMessagesForm) -> dict[str, Wording]:
    given = {"yes": form.next_round, "hold": form.on_hold, "no": form.not_selected}
    return {outcome: _wording(message) for outcome, message in given.items() if message}


def _faq(form: FaqForm) -> Faq:
    asked = {"zh": tuple(form.q.zh), "en": tuple(form.q.en)}
    return Faq({language: ways for language, ways in asked.items() if ways}, _wording(form.a))


def _group_question(form: GroupQuestionForm) -> GroupQuestion:
    options = tuple(Option(each.id, _wording(each.label)) for each in form.options)
    return GroupQuestion(_wording(form.ask), _wording(form.why), options)


def _variant(form: VariantForm) -> Variant:
    return Variant(
        id=form.id,
        reminders=None if form.reminders is None else tuple(map(_reminder, form.reminders)),
        exit_warning=form.exit_warning or "",
        order={stage: tuple(questions) for stage, questions in form.order.items()},
    )


def _reminder(text: str) -> Reminder:
    head, _, rest = text.partition(" ")
    if head == BEFORE_DEADLINE:
        return Reminder(before_deadline_s=seconds(rest))
    return Reminder(after_s=seconds(text))
