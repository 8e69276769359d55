"""Mutated messages with the right secret or signature, through each channel's real route into the product."""

from random import Random

import pytest

from tests.fuzz.webhooks import DOORS, Door, post_many


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
async def test_no_message_makes_an_error_of_ours(door: Door) -> None:
    statuses, faults = await post_many(door, 60, Random(f"suite {door.name}"))
    assert faults == {}
    assert statuses.keys() <= {200, 400, 403, 413}
    assert statuses[200] > 10
