"""Fixtures: a desk on a store with an archive."""

from typing import NamedTuple

import pytest

from storage.archive.records import ArchivedRecords
from storage.ports import Store
from tests.handlers.archiving.archives import Kill, UnsteadyArchive, archiving
from tests.handlers.console.desk import Desk


class Place(NamedTuple):
    """A desk with the open campaign `spring`, and what its store is made of."""

    desk: Desk
    archive: UnsteadyArchive
    kill: Kill

    @property
    def store(self) -> Store:
        return self.desk.store

    @property
    def records(self) -> ArchivedRecords:
        return self.store.archived


async def place_on(store: Store) -> Place:
    """Open for business on an empty store."""
    archive, kill = UnsteadyArchive(), Kill()
    desk = Desk(archiving(store, archive, kill), "en")
    await desk.claims()
    await desk.campaign("spring")
    return Place(desk, archive, kill)


@pytest.fixture
async def place(store: Store) -> Place:
    return await place_on(store)
