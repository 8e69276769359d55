"""Pictures are drawn once: the same commands, given to store after store, ask for the same ones."""

from collections.abc import Iterator, Sequence
from functools import cache

import pytest

from handlers import charts, qr_codes
from handlers.charts import Panel, Picture, draw

_qr_code = cache(qr_codes.picture)


@cache
def _drawn(panels: tuple[Panel, ...]) -> Picture:
    return draw(panels)


def _draw(panels: Sequence[Panel]) -> Picture:
    return _drawn(tuple(panels))


@pytest.fixture(autouse=True, scope="package")
def drawn_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "draw", _draw)
        patch.setattr(qr_codes, "picture", _qr_code)
        yield
