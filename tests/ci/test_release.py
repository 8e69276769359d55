"""What a release is made of: the version, its notes, checksums and their signature."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.ci.scripts import script

release = script("release")
CHANGELOG = (
    "# Changelog\n\n## Unreleased\n\n- b\n\n## 0.2.0 (2026-12-01)\n\n### Added\n\n- a\n\n## 0.1.0\n\n- old\n"
)


def test_the_notes_are_those_of_the_version() -> None:
    assert release.notes_of(CHANGELOG, "0.2.0") == "### Added\n\n- a\n"


@pytest.mark.parametrize("version", ["0.1.0", "0.3.0", "0.2", "Unreleased"])
def test_a_version_without_notes_and_a_date_is_not_released(version: str) -> None:
    with pytest.raises(release.NotReady, match="CHANGELOG"):
        release.notes_of(CHANGELOG, version)


def test_the_version_is_the_projects() -> None:
    assert release.version_in('[project]\nname = "x"\nversion = "1.2.3"\n') == "1.2.3"


def test_checksums_are_read_by_sha256sum_and_find_a_changed_file(tmp_path: Path) -> None:
    for name in ("b.whl", "a.tar.gz"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    release.write_sums(tmp_path)
    release.write_sums(tmp_path)  # nothing about themselves
    check = ["sha256sum", "--check", "--strict", "--quiet", release.SUMS]
    assert subprocess.run(check, cwd=tmp_path, check=False).returncode == 0
    (tmp_path / "b.whl").write_text("other", encoding="utf-8")
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).returncode == 1


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs OpenSSH")
def test_the_signature_is_verified_as_the_security_page_says(tmp_path: Path) -> None:
    key, sums = tmp_path / "key", tmp_path / release.SUMS
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    sums.write_text("0  a\n", encoding="ascii")
    release.sign(sums, key)
    release.sign(sums, key)  # a second release takes its place
    signers = tmp_path / "signers"
    signers.write_text(f"maintainers {key.with_suffix('.pub').read_text(encoding='ascii')}", encoding="ascii")
    who = ["-f", str(signers), "-I", "maintainers", "-n", "file"]
    verify = ["ssh-keygen", "-Y", "verify", *who, "-s", f"{sums}.sig"]
    assert subprocess.run(verify, input=sums.read_bytes(), capture_output=True, check=False).returncode == 0
    assert subprocess.run(verify, input=b"1  a\n", capture_output=True, check=False).returncode != 0
