"""Several people in one browser: nothing is stored under another's name, and nobody sees another's messages."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from playwright.sync_api import Browser, Error, Page

from tests.browser.fake_messenger import ADDRESS, FakeMessenger

pytestmark = pytest.mark.browser

PEOPLE = {f"token-of-{name}-{0:07}": name for name in ("amber", "birch", "cedar")}
_LINKS = {name: f"{ADDRESS}/?start={token}" for token, name in PEOPLE.items()}
_FORMER_KEY = "the-key-of-the-whole-browser-in-earlier-versions"
_UNSENT: dict[str, Any] = {"id": "u1", "order": 1, "said": {"text": "amber said this before"}, "silent": False}
# A page that leaves its link behind is loaded once more, and may be queried before it has any elements.
_SETTLED = """() => document.getElementById('door')?.hidden === false
    || document.getElementById('messages')?.getAttribute('aria-busy') === 'false'"""
_ALL_TEXT = """() => [document.title, document.body.innerText, document.getElementById('composer').value,
    document.querySelector('#editing .quote').textContent].join('\\n')"""
_ALL_SENT = """() => Object.keys(localStorage)
    .every(key => !key.startsWith(`xumian.${location.hash.slice(1)}.out.`))"""
_STORED = "() => Object.entries(localStorage).concat(Object.entries(sessionStorage)).map(each => each.join(' '))"


class Tab:
    """One tab. `person` is whose interview it must show; empty if it must show none."""

    def __init__(self, page: Page, person: str) -> None:
        self.page = page
        self.person = person


class SharedBrowser(RuleBasedStateMachine):
    browser: Browser

    @initialize(former=st.booleans())
    def begin(self, former: bool) -> None:
        self.context = self.browser.new_context(locale="en-GB")
        self.context.set_default_timeout(10_000)
        self.messenger = FakeMessenger(self.context, PEOPLE)
        self.tabs: list[Tab] = []
        self.open: set[str] = set()
        self.drafts: dict[str, str] = {}
        self.expected: dict[str, list[str]] = {name: [] for name in PEOPLE.values()}
        self.number = 0
        self.errors: list[str] = []
        if former:
            page = self.context.new_page()
            page.route("**/empty", lambda route: route.fulfill(body="", content_type="text/html"))
            page.goto(f"{ADDRESS}/empty")
            page.evaluate("key => localStorage.setItem('xumian.key', key)", _FORMER_KEY)
            page.evaluate("() => localStorage.setItem('xumian.draft', 'amber wrote this before')")
            page.evaluate("entry => localStorage.setItem('xumian.out.u1', JSON.stringify(entry))", _UNSENT)
            self.expected["amber"].append(_UNSENT["said"]["text"])
            page.close()
            self.messenger.keys[_FORMER_KEY] = "amber"
            self.open.add("amber")
            self.drafts["amber"] = "amber wrote this before"

    def teardown(self) -> None:
        if not hasattr(self, "context"):
            return
        try:
            self._all_is_where_it_belongs()
        finally:
            self.context.close()

    # what people do

    @rule(name=st.sampled_from(sorted(_LINKS)), new=st.booleans(), which=st.integers(0, 5))
    def follows_a_link(self, name: str, new: bool, which: int) -> None:
        tab = self._tab(new, which)
        self.open.add(name)
        self._goto(tab, _LINKS[name], name)

    @rule(new=st.booleans(), which=st.integers(0, 5))
    def opens_the_bare_address(self, new: bool, which: int) -> None:
        tab = self._tab(new, which)
        own = tab.person if tab.person in self.open else ""
        only = next(iter(self.open)) if len(self.open) == 1 else ""
        self._goto(tab, f"{ADDRESS}/", own or only)

    @precondition(lambda self: self.tabs)
    @rule(which=st.integers(0, 5), again=st.booleans())
    def reloads_or_opens_a_bookmark(self, which: int, again: bool) -> None:
        tab = self._tab(False, which)
        if not tab.person:
            return
        if not again:
            address = tab.page.url
            tab = self._tab(True, 0)
            self._goto(tab, address, self.tabs[which % (len(self.tabs) - 1)].person)
            return
        tab.page.reload()
        self._settle(tab)

    @precondition(lambda self: self.tabs)
    @rule(which=st.integers(0, 5), send=st.booleans())
    def writes(self, which: int, send: bool) -> None:
        tab = self._tab(False, which)
        if not tab.person:
            return
        self.number += 1
        text = f"{tab.person} says {self.number}"
        composer = tab.page.locator("#composer")
        composer.fill(text)
        if send:
            composer.press("Enter")
            self.expected[tab.person].append(text)
        self.drafts[tab.person] = "" if send else text

    @precondition(lambda self: self.tabs)
    @rule(which=st.integers(0, 5))
    def sends_a_file(self, which: int) -> None:
        tab = self._tab(False, which)
        if not tab.person:
            return
        self.number += 1
        text = f"{tab.person} sends file {self.number}"
        before = tab.page.locator(".row.me").count()
        tab.page.evaluate("() => (document.getElementById('clip').hidden = false)")
        picker = tab.page.locator("#answer-file")
        picker.set_input_files({"name": "x.txt", "mimeType": "text/plain", "buffer": text.encode()})
        tab.page.wait_for_function("before => document.querySelectorAll('.row.me').length > before", arg=before)
        self.expected[tab.person].append(text)

    @precondition(lambda self: self.tabs)
    @rule()
    def loses_the_connection(self) -> None:
        self.messenger.go_offline()

    @precondition(lambda self: self.messenger.offline)
    @rule()
    def is_connected_again(self) -> None:
        self.messenger.offline = False
        for tab in self.tabs:
            tab.page.evaluate("() => dispatchEvent(new Event('online'))")
            self._settle(tab)

    @precondition(lambda self: any(tab.person for tab in self.tabs) and not self.messenger.offline)
    @rule(which=st.integers(0, 5))
    def is_somebody_else(self, which: int) -> None:
        tab = self._tab(False, which)
        if not tab.person:
            return
        name = tab.person
        tab.page.wait_for_function(_ALL_SENT)
        tab.page.locator("#not-you").click()
        tab.page.locator("#leave").click()
        for other in self.tabs:
            if other.person == name:
                other.page.locator("#door").wait_for()
                other.person = ""
        self.open.discard(name)
        if name == "amber":
            self.messenger.keys.pop(_FORMER_KEY, None)  # the link may now be opened with another key
        self.drafts[name] = ""

    # what must hold

    @invariant()
    def nobody_sees_another(self) -> None:
        for tab in getattr(self, "tabs", []):
            shown = tab.page.evaluate(_ALL_TEXT)
            strangers = [name for name in PEOPLE.values() if name in shown and name != tab.person]
            assert not strangers, f"{strangers} in the tab of {tab.person or 'nobody'}: {shown}"

    @invariant()
    def nothing_is_filed_under_another(self) -> None:
        if not hasattr(self, "messenger"):
            return
        assert self.errors == []
        for name, texts in self.messenger.said.items():
            assert all(text.startswith(name) for text in texts), texts
        for tab in self.tabs[:1]:
            owners: dict[str, set[str]] = {}
            for entry in tab.page.evaluate(_STORED):
                parts = entry.split(" ")[0].split(".")
                owner = parts[2] if parts[1] == "hold" else parts[1]
                owners.setdefault(owner, set()).update(name for name in PEOPLE.values() if name in entry)
            assert all(len(people) <= 1 for people in owners.values()), owners

    def _all_is_where_it_belongs(self) -> None:
        """Check that all that people said has arrived once, and that drafts are kept.

        For this, everybody goes online again and opens their own link.
        """
        self.messenger.offline = False
        for tab in self.tabs:
            tab.page.close()
        for name in sorted(self.open):
            tab = Tab(self._new_page(), name)
            self._goto(tab, _LINKS[name], name)
            tab.page.wait_for_function(_ALL_SENT)
            assert sorted(self.messenger.said[name]) == sorted(self.expected[name])
            assert tab.page.locator("#composer").input_value() == self.drafts.get(name, "")
            tab.page.close()

    # how it is done

    def _new_page(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", self._failed)
        return page

    def _failed(self, error: Error) -> None:
        self.errors.append(str(error))

    def _tab(self, new: bool, which: int) -> Tab:
        if new or not self.tabs:
            self.tabs.append(Tab(self._new_page(), ""))
            return self.tabs[-1]
        return self.tabs[which % len(self.tabs)]

    def _goto(self, tab: Tab, address: str, person: str) -> None:
        tab.person = person
        tab.page.goto("about:blank")  # an address that differs only in its fragment would not be loaded
        tab.page.goto(address)
        self._settle(tab)

    def _settle(self, tab: Tab) -> None:
        if not self.messenger.offline:
            tab.page.wait_for_function(_SETTLED)


@pytest.fixture
def machine(browser: Browser) -> type[SharedBrowser]:
    SharedBrowser.browser = browser
    return SharedBrowser


def test_people_in_one_browser_never_meet(machine: type[SharedBrowser]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
