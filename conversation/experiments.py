"""Experiments: candidates are split over variants of a script, each of which has a version of its own."""

from hashlib import sha256

from msgspec.structs import replace

from conversation.script import Script, Stage, Variant


def branches(script: Script) -> tuple[Script, ...]:
    """Return the script of each variant, in order; empty if the script is not an experiment. The `version` of each
    is left empty, for the caller to fill in."""
    return tuple(_branch(script, variant) for variant in script.variants)


def _branch(script: Script, variant: Variant) -> Script:
    return replace(
        script,
        stages=tuple(_ordered(stage, variant.order.get(stage.id, ())) for stage in script.stages),
        reminders=script.reminders if variant.reminders is None else variant.reminders,
        exit_warning=variant.exit_warning or script.exit_warning,
        variants=(),
        variant=variant.id,
        version="",
    )


def _ordered(stage: Stage, order: tuple[str, ...]) -> Stage:
    places = {question: place for place, question in enumerate(order)}
    return replace(stage, questions=tuple(sorted(stage.questions, key=lambda each: places.get(each.id, 0))))


def place(campaign: str, interview: str, among: int) -> int:
    """Return the index of the variant that an interview is on, out of `among` variants. It is derived from a hash
    of the interview's id, so that it is the same wherever and whenever it is computed, and independent of who the
    candidate is."""
    return int.from_bytes(sha256(f"{campaign}|{interview}".encode()).digest()[:8]) % among
