"""Backing the whole installation up and restoring it, as commands."""

from pathlib import Path
from typing import TYPE_CHECKING

from bot.backups.folder import Manifest
from bot.backups.making import Made, make
from bot.backups.restoring import restore as restore_from
from bot.commands.output import remark
from bot.commands.usage import WrongUsage
from bot.runtime.secret_key import FILE as SECRET
from bot.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

    from bot.installation import Installation


async def backup(app: "Installation", out: "Console", folder: Path, *, secrets: bool, files: bool) -> int:
    """Make a backup. Returns 1 if files were damaged in the archive already, otherwise 0."""
    if _is_taken(folder):
        raise WrongUsage(f"{folder} is not an empty folder: name a new one for each backup")
    made = await make(app, folder, remark, secrets=secrets, files=files)
    out.print(f"{_held(made.manifest)} in {folder}", markup=False)
    for line in _not_held(app.settings, made, secrets=secrets, files=files):
        remark(line)
    if made.damaged:
        remark(
            f"{len(made.damaged)} files are damaged in the archive and not in the backup: "
            f"{', '.join(made.damaged[:3])}{', …' if len(made.damaged) > 3 else ''}"
        )
    return int(bool(made.damaged))


def _is_taken(folder: Path) -> bool:
    return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))


def _not_held(settings: Settings, made: Made, *, secrets: bool, files: bool) -> list[str]:
    """Return what the backup does not hold, in sentences."""
    lines = ["not in it: the settings (.env), the files of scripts, and speech models"]
    if not made.secret:
        if settings.installation_secret.shared:
            lines.append("not in it: XUMIAN_SECRET_KEY; keep it, or the tokens of bots added by chat are lost")
        elif not secrets:
            lines.append(
                f"not in it: {SECRET}, without which the tokens of bots added by chat are lost; keep a copy of it "
                "elsewhere, or use --with-secrets"
            )
    if not files:
        lines.append("not in it: recordings and files")
    return lines


def _held(manifest: Manifest) -> str:
    return f"{manifest.records} records, {manifest.files} recordings and files"


async def restore(settings: Settings, out: "Console", folder: Path) -> None:
    """Restore a backup into an empty installation, and compare it."""
    manifest = await restore_from(settings, folder, remark)
    out.print(f"{_held(manifest)} as of {manifest.made_at} are back, and the records are the same", markup=False)
    if not (settings.installation_secret.shared or (settings.data_dir / SECRET).exists()):
        remark(f"there is no {SECRET}: if bots were added by chat, put it back into {settings.data_dir} first")
    remark(
        "now: xumian audit --all, xumian recount; erase again whoever was erased since then; stop the old "
        "installation before you start this one"
    )
