"""The events of imports, and what is known of one. Only ever add events, or fields with a default. They name
nobody."""

from typing import Literal

import msgspec

from handlers.organisation.event_base import OrganisationEvent

Verdict = Literal["same", "different", "later", ""]
"""What was decided about two people who may be the same; empty: a decision was taken back."""


class Import(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file with earlier candidates that was imported for a unit, by whom and when (epoch milliseconds).

    - `done`: False while it goes on, or if it broke off.
    - `rows`: the sum of those read and those `refused`. `people` and `interviews` were read in it.
    - `duplicates`: pairs of people who may be the same, at the time of the import.
    - `erased`: people who were erased since.
    """

    unit: str
    by: str
    at_ms: int
    file_sha256: str
    done: bool = False
    rows: int = 0
    people: int = 0
    interviews: int = 0
    refused: int = 0
    duplicates: int = 0
    erased: int = 0


class ImportBegun(OrganisationEvent, frozen=True, tag="import_begun"):
    """A file was begun to be imported for a unit. `file_sha256` in hex."""

    source: str
    unit: str
    by: str
    file_sha256: str


class Imported(OrganisationEvent, frozen=True, tag="imported"):
    """An import is complete. Fields as in `Import`."""

    source: str
    rows: int
    people: int
    interviews: int
    refused: int
    duplicates: int


class ImportUndone(OrganisationEvent, frozen=True, tag="import_undone"):
    """All that was left of an import was deleted: so many people, with so many decisions on who is the same."""

    source: str
    people: int
    decided: int


class DuplicateDecided(OrganisationEvent, frozen=True, tag="duplicate_decided"):
    """It was decided whether two people are the same. `one` may be an interview."""

    one: str
    other: str
    verdict: Verdict


class ImportedErased(OrganisationEvent, frozen=True, tag="imported_erased"):
    """Somebody who was imported was erased."""

    person: str
    source: str


ImportEvent = ImportBegun | Imported | ImportUndone | DuplicateDecided | ImportedErased
