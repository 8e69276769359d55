"""Appointments for the next round: the times that colleagues offer, and what became of a candidate's request."""

import msgspec

from conversation.inbound.common import Attachment, Writer


class Slot(msgspec.Struct, frozen=True, array_like=True):
    """A time at which a candidate can come, from `starts_ms` to `ends_ms` (epoch milliseconds). `where` is the
    place or the link of the call."""

    id: str
    starts_ms: int
    ends_ms: int
    where: str = ""


class SlotsGiven(msgspec.Struct, frozen=True, tag="slots_given"):
    """The colleague `by` offers these times. `with_result`: they are shown together with the result, which
    follows."""

    slots: tuple[Slot, ...]
    by: str
    with_result: bool = False


class Opener(msgspec.Struct, frozen=True, array_like=True):
    """The colleague who opened a time, and the calendar file for them, if they can be sent one."""

    writer: Writer
    file: Attachment | None = None


class PlaceFound(msgspec.Struct, frozen=True, omit_defaults=True, tag="place_found"):
    """What the organisation's record says of a candidate's appointment after request `number`; 0: without one.

    - `held`: the time at which the candidate is expected; None: they have no appointment.
    - `free`: the times that can be booked.
    - `withdrawn`: the id of a time that was withdrawn, for which this is the news.
    - `failed`: the request could not be handled.
    - `file`: the calendar file for the candidate, if they can be sent one.
    - `opener`: who opened the time that was booked or cancelled; `former`: who opened the one before, if that is
      somebody else.
    """

    number: int
    held: Slot | None = None
    free: tuple[Slot, ...] = ()
    withdrawn: str = ""
    failed: bool = False
    file: Attachment | None = None
    opener: Opener | None = None
    former: Opener | None = None
