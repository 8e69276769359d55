"""Calls beside the everyday ones: proofs, search, comparing, telling results, webhooks."""

import asyncio
from urllib.parse import quote

import pytest

from bot.runtime.secret_key import signature_is_right
from conversation.record import merkle
from conversation.record.anchors import ORIGIN, Leaf, parse
from conversation.record.signed_notes import PublicKey, verified
from tests.bot.api.site import Site
from tests.fakes.anchor_files import KEY, anchored
from tests.handlers.console.desk import ZONE


async def test_a_proof_holds_against_the_signed_note_alone(site: Site) -> None:
    desk, token = site.desk, await site.token("boss", "owner", "")
    kept = await anchored(desk.store, desk.anchor_files, lambda: desk.now, ZONE)
    mia = desk.interview_of("Mia")
    await desk.says("boss", f"/decide {mia} yes")
    proof = await site.get(token, f"/interviews/{mia}/proof")
    text, _ = verified(proof["note"], [PublicKey(ORIGIN, KEY.public)], signature_is_right)
    anchor = parse(text)
    leaf = Leaf(mia, proof["anchored_entries"], bytes.fromhex(proof["anchored_head"]))
    hashes = [bytes.fromhex(each) for each in proof["proof"]]
    assert (proof["day"], proof["size"], proof["note"]) == (kept.day, anchor.size, kept.note)
    assert merkle.includes(merkle.leaf_hash(leaf.encoded()), proof["place"], anchor.size, hashes, anchor.root)
    rewritten = leaf._replace(head=bytes(32))
    assert not merkle.includes(
        merkle.leaf_hash(rewritten.encoded()), proof["place"], anchor.size, hashes, anchor.root
    )
    assert proof["entries"] == proof["anchored_entries"] + 1, "the chain has grown since"
    assert await site.get(token, f"/interviews/{mia}/proof?day={kept.day}") == proof


async def test_there_is_no_proof_where_there_is_none(site: Site) -> None:
    desk, token = site.desk, await site.token("boss", "owner", "")
    mia = desk.interview_of("Mia")
    none = await site.call(token, "GET", f"/interviews/{mia}/proof")
    assert (none.status_code, none.json()["type"]) == (404, "urn:xumian:problem:proof.unknown")
    kept = await anchored(desk.store, desk.anchor_files, lambda: desk.now, ZONE)
    ann = (await desk.campaigns.invite(await desk.campaigns.find("spring"), "Ann")).interview
    for path in (f"{ann}/proof", f"{mia}/proof?day=2020-01-01"):
        assert (await site.call(token, "GET", f"/interviews/{path}")).status_code == 404
    (leaves,) = (name for name in desk.anchor_files.held if not name.endswith(".note"))
    desk.anchor_files.held[leaves] = b"rewritten"
    broken = await site.call(token, "GET", f"/interviews/{mia}/proof?day={kept.day}")
    assert (broken.status_code, broken.json()["type"]) == (422, "urn:xumian:problem:proof.broken")
    part = await site.call(await site.token("boss", "auditor", "East"), "GET", f"/interviews/{mia}/proof")
    assert part.status_code == 403, "the note says how many records there are elsewhere"


async def test_candidates_are_found_and_compared_within_the_tokens_unit(site: Site) -> None:
    desk, token = site.desk, await site.token("boss", "auditor", "East")
    mia, nia = desk.interview_of("Mia"), await desk.answers("Nia", "spring", 4)
    for q in ("Mia", mia, mia[:8], "mi"):
        found = await site.get(token, f"/candidates?q={q}")
        assert [each["interview"] for each in found["candidates"]] == [mia], q
    for q in ("Leo", desk.interview_of("Leo"), desk.interview_of("Leo")[:8]):
        assert await site.get(token, f"/candidates?q={q}") == {"candidates": [], "total": 0, "complete": True}
    both = await site.get(token, f"/comparison?interview={mia}&interview={nia}")
    assert {each["name"] for each in both["candidates"]} == {"Mia", "Nia"}
    alone = await site.call(token, "GET", f"/comparison?interview={mia}")
    elsewhere = await site.call(token, "GET", f"/comparison?interview={mia}&interview={desk.interview_of('Leo')}")
    assert (alone.status_code, elsewhere.status_code) == (422, 404)


async def test_a_result_is_previewed_and_then_told_once(site: Site) -> None:
    desk, token = site.desk, await site.token("boss", "recruiter", "East")
    mia = desk.interview_of("Mia")
    await site.call(token, "POST", "/decisions", {"interviews": [mia], "decision": "yes"})
    wanted = {"outcome": "yes", "campaign": "spring", "text": "See you on Monday."}
    before = await _entries(site, mia)
    shown = (await site.call(token, "POST", "/results/preview", wanted, key=None)).json()
    (draft,) = shown["drafts"]
    assert (draft["name"], draft["number"]) == ("Mia", 1)
    assert "See you on Monday." in draft["text"]
    assert await _entries(site, mia) == before, "a preview changes nothing"
    answers = await asyncio.gather(*(site.call(token, "POST", "/results", wanted, key="k") for _ in range(4)))
    assert {each.status_code for each in answers} == {200}
    assert {each["candidate"]["interview"] for each in answers[0].json()["recipients"]} == {mia}
    assert len({each.text for each in answers}) == 1
    assert await _entries(site, mia) == before + 1
    again = (await site.call(token, "POST", "/results/preview", wanted)).json()
    assert again.get("recipients") in (None, []), "nobody is left to tell"
    odd = await site.call(token, "POST", "/results", {"outcome": "withdrew"})
    assert odd.status_code == 422


async def test_a_results_message_may_quote_what_was_said_and_nothing_else(site: Site) -> None:
    token, mia = await site.token("boss", "recruiter", "East"), site.desk.interview_of("Mia")
    await site.call(token, "POST", f"/interviews/{mia}/decision", {"decision": "no"})
    said = (await site.get(token, f"/interviews/{mia}/sentences"))["sentences"][0]["text"]
    wanted = {"outcome": "no", "interviews": [mia], "quotes": [said]}
    shown = (await site.call(token, "POST", "/results/preview", wanted)).json()
    assert said in shown["drafts"][0]["text"]
    made_up = await site.call(token, "POST", "/results", {**wanted, "quotes": ["I never said this."]})
    assert (made_up.status_code, made_up.json()["type"]) == (422, "urn:xumian:problem:tell.quotes.unsaid")
    assert (await site.call(token, "POST", "/results", wanted)).status_code == 200


async def _entries(site: Site, interview: str) -> int:
    return len(await site.desk.store.interviews.entries(interview))


@pytest.mark.parametrize("name", ["by id", "by name"])
async def test_a_webhook_gets_a_new_secret_a_test_and_past_events(site: Site, name: str) -> None:
    token = await site.token("boss", "admin", "East")
    new = {"name": "ATS", "url": "https://ats.example.com/events"}
    made = (await site.call(token, "POST", "/webhooks", new)).json()
    at = f"/webhooks/{made['webhook'] if name == 'by id' else 'ATS'}"
    rotated = (await site.call(token, "POST", f"{at}/secret", key="k")).json()
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != made["secret"]
    assert rotated["both_until_at"] is not None
    assert (await site.call(token, "POST", f"{at}/secret", key="k")).json() == rotated
    tried = (await site.call(token, "POST", f"{at}/test")).json()
    assert (tried["code"], tried["why"]) == (204, "")
    replayed = (await site.call(token, "POST", f"{at}/replay", {"hours": 720})).json()
    assert replayed["complete"] is True
    assert replayed["number"] >= 3, "invited, opened, started and so on"
    assert (await site.call(token, "POST", f"{at}/replay", {"hours": 721})).status_code == 422
    beside = await site.token("boss", "admin", "South")
    for path in ("secret", "test"):
        assert (await site.call(beside, "POST", f"{at}/{path}")).status_code == 404


async def test_a_units_name_may_have_any_characters(site: Site) -> None:
    token, at = await site.token("boss", "owner", ""), f"/units/{quote('华东 上海')}"
    assert (await site.call(token, "POST", "/units", {"unit": "华东 上海"})).status_code == 201
    named = await site.call(token, "POST", f"{at}/title", {"title": "上海"})
    assert named.json()["title"] == "上海", named.text
    assert (await site.call(token, "DELETE", at)).status_code == 200
    assert "上海" not in str(await site.get(token, "/units"))
