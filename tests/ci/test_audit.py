"""The audit fails on what is known and not ignored, and says when it could not look."""

import json

import pytest

from tests.ci.scripts import script

audit = script("audit")
_REPORT = {
    "dependencies": [
        {"name": "well", "version": "1.0", "vulns": []},
        {"name": "left-out", "skip_reason": "not on the index"},
        {
            "name": "ill",
            "version": "2.0",
            "vulns": [
                {
                    "id": "PYSEC-2026-1",
                    "aliases": ["CVE-2026-1", "GHSA-a"],
                    "fix_versions": ["2.1"],
                    "description": "",
                },
                {"id": "CVE-2026-2", "aliases": [], "fix_versions": [], "description": ""},
            ],
        },
    ],
    "fixes": [],
}


def answering(monkeypatch: pytest.MonkeyPatch, **answers: tuple[str, str]) -> None:
    monkeypatch.setattr(audit, "ask", lambda _requirements, service: answers[service])


def test_known_vulnerabilities_fail(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answering(monkeypatch, osv=(json.dumps(_REPORT), "Found 2 known vulnerabilities"))
    assert audit.audit("runtime.txt", {}) == 1
    said = capsys.readouterr().out
    assert "VULNERABLE: ill 2.0: PYSEC-2026-1, CVE-2026-1, GHSA-a; fixed in 2.1" in said
    assert "VULNERABLE: ill 2.0: CVE-2026-2; no fixed version is known" in said
    assert "the date and the reason" in said
    assert "NOT audited: left-out (not on the index)" in said


def test_ignored_ones_are_named_with_their_reason_by_any_of_their_ids(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(monkeypatch, osv=(json.dumps(_REPORT), ""))
    allowed = audit.ignored(["# why", "", "GHSA-a 2026-11-01 we never call it", "CVE-2026-2 2026-11-02 no  # x"])
    assert audit.audit("runtime.txt", allowed) == 0
    assert "ignored: ill 2.0: PYSEC-2026-1, CVE-2026-1, GHSA-a; fixed in 2.1 (2026-11-01: we never call it)" in (
        capsys.readouterr().out
    )
    del allowed["CVE-2026-2"]
    assert audit.audit("runtime.txt", allowed) == 1


@pytest.mark.parametrize(
    "line", ["CVE-2026-1", "CVE-2026-1 2026-11-01", "CVE-2026-1 we never call it", "x 2026-13-01 y"]
)
def test_an_entry_without_a_date_or_a_reason_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        audit.ignored([line])


def test_the_other_database_is_asked_when_one_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    away = ("", "requests.exceptions.ConnectionError: Max retries exceeded")
    answering(monkeypatch, osv=away, pypi=(json.dumps(_REPORT), ""))
    assert audit.audit("runtime.txt", {}) == 1


def test_a_database_that_knows_no_package_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Some mirrors answer for the index that they stand for, without its vulnerabilities."""
    nothing = {"dependencies": [{"name": "well", "skip_reason": "not found"}], "fixes": []}
    answering(
        monkeypatch, osv=("", "ConnectionError"), pypi=(json.dumps(nothing), "No known vulnerabilities found")
    )
    assert audit.audit("runtime.txt", {}) == 0
    assert "NOT audited" in capsys.readouterr().out


def test_when_none_can_be_reached_that_is_said_and_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    away = ("", "ServiceError: failed to resolve")
    answering(monkeypatch, osv=away, pypi=away)
    assert audit.audit("runtime.txt", {}) == 0
    assert "NOT audited" in capsys.readouterr().out


def test_what_is_no_matter_of_reaching_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, osv=("", "ERROR: runtime.txt: no such file"))
    assert audit.audit("runtime.txt", {}) == 2


def test_the_projects_own_entries_are_complete() -> None:
    audit.ignored(audit.IGNORED.read_text().splitlines())
