"""Dead letters of a candidate are found by sender id, even a short one, and not by mentions in other texts."""

import pytest

from conversation.inbound import Address
from storage.erasure_matcher import Traces


@pytest.mark.parametrize(
    ("user", "payload", "found"),
    [
        ("700001", '{"update_id":1,"message":{"from":{"id":700001},"text":"x"}}', True),
        ("700001", '{"update_id":700001,"message":{"from":{"id":5},"text":"x"}}', False),
        ("70000", '{"update_id":1,"message":{"from":{"id":700001},"text":"x"}}', False),
        ("li", '{"FromUserName": "li", "Content": "x"}', True),
        ("li", '{"FromUserName": "zhaoliu", "Content": "ask li, please"}', False),
        ("admin", "<xml><FromUserName><![CDATA[admin]]></FromUserName></xml>", True),
        (
            "admin",
            "<xml><FromUserName><![CDATA[wang]]></FromUserName><Content>please ask admin</Content></xml>",
            False,
        ),
        ("a.b*c", '{"senderStaffId":"a.b*c"}', True),
        ("a.b*c", '{"senderStaffId":"axbbc"}', False),
    ],
)
def test_whose_it_is(user: str, payload: str, found: bool) -> None:
    traces = Traces("0123456789abcdef", [Address("any", "account", user)], last=False)
    assert traces.in_dead_letter(payload.encode()) == found
