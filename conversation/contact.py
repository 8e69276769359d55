"""How a candidate can be reached, and what else was known of them when they were invited."""

import msgspec


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the list of candidates says of one.

    - `phone`: the whole phone number, E.164; empty: unknown.
    - `details`: everything else, as pairs of heading and value.
    """

    phone: str = ""
    email: str = ""
    details: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.phone or self.email or self.details)


NO_CONTACT = Contact()
