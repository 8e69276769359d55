"""How the events of imports change the organisation."""

from typing import assert_never

from msgspec.structs import replace

from handlers.organisation.import_events import (
    DuplicateDecided,
    Import,
    ImportBegun,
    Imported,
    ImportedErased,
    ImportUndone,
)
from handlers.organisation.state import Organisation


def imported(
    organisation: Organisation,
    event: ImportBegun | Imported | ImportUndone | DuplicateDecided | ImportedErased,
    at_ms: int,
) -> Organisation:
    imports = organisation.imports
    match event:
        case ImportBegun():
            begun = Import(event.unit, event.by, at_ms, event.file_sha256)
            return replace(organisation, imports={**imports, event.source: begun})
        case Imported() if event.source in imports:
            done = replace(
                imports[event.source],
                done=True,
                rows=event.rows,
                people=event.people,
                interviews=event.interviews,
                refused=event.refused,
                duplicates=event.duplicates,
            )
            return replace(organisation, imports={**imports, event.source: done})
        case ImportUndone():
            return replace(
                organisation, imports={name: each for name, each in imports.items() if name != event.source}
            )
        case ImportedErased() if before := imports.get(event.source):
            after = replace(before, erased=before.erased + 1)
            return replace(organisation, imports={**imports, event.source: after})
        case DuplicateDecided() | ImportedErased() | Imported():
            return organisation
        case _:
            assert_never(event)
