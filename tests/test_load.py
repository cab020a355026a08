"""``hasila.load``: the packaged Parquet, offline, equal to ``load_dataset`` of a clone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import hasila
from hasila import schema
from hasila.errors import HasilaError
from hasila.publish.configs import configs_below

ROOT = Path(__file__).parents[1]


@pytest.fixture
def home(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The published sample in the place of the packaged corpus."""
    copy = Path(shutil.copytree(published, tmp_path / "home"))
    monkeypatch.setattr(schema, "HOME", copy)
    return copy


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("something went for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("no_network")
def test_every_config_equals_load_dataset_of_the_clone(home: Path) -> None:
    for config in configs_below(home, schema.layers()):
        name, origin = config.name.removeprefix("rules_"), "hand"
        if name != config.name:
            origin = "rules"
        theirs = datasets.load_dataset(str(home), config.name)
        ours = hasila.load(name, origin=origin)
        streamed = hasila.load(name, origin=origin, streaming=True)
        assert isinstance(ours, datasets.DatasetDict)
        assert list(ours) == list(streamed) == list(theirs) == list(config.files)
        for split in theirs:
            assert ours[split].features == streamed[split].features == theirs[split].features
            assert ours[split].split == theirs[split].split == split
            assert list(ours[split]) == list(streamed[split]) == list(theirs[split])
            one = hasila.load(name, origin=origin, split=split)
            assert isinstance(one, datasets.Dataset) and list(one) == list(theirs[split])
            flow = hasila.load(name, origin=origin, split=split, streaming=True)
            assert isinstance(flow, datasets.IterableDataset) and list(flow) == list(theirs[split])


@pytest.mark.usefixtures("home")
def test_articles_by_hand_are_the_default() -> None:
    loaded = hasila.load()
    assert {split: part["id"][:] for split, part in loaded.items()} == {
        "train": ["a_market"], "validation": ["b_toll"], "test": ["c_denial"],
    }  # fmt: skip


@pytest.mark.usefixtures("home")
def test_rules_have_configs_of_their_own() -> None:
    by_rule = hasila.load("numbers", origin="rules", split="train")
    methods = by_rule.features["provenance"]["method"]
    assert {methods.int2str(row["method"]) for row in by_rule["provenance"]} == {"rule"}


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"config": "figure"}, r"no config 'figure' of origin 'hand' \(there are articles, zones, .*figures"),
        ({"config": "figures", "origin": "rules"}, r"of origin 'rules' \(there are zones, numbers\)"),
        ({"config": "rules_zones"}, r"no config 'rules_zones' of origin 'hand'"),
        (
            {"config": "figures", "origin": "gold"},
            r"no annotations of origin 'gold' \(there are hand, rules\)",
        ),
        ({"config": "figures", "split": "dev"}, r"no split 'dev' \(there are train, validation, test\)"),
        ({"config": "relations", "split": "train"}, r"no split 'train' \(there are full\)"),
    ],
)
def test_a_wrong_name_is_told_what_there_is(given: dict[str, Any], message: str) -> None:
    with pytest.raises(HasilaError, match=message):
        hasila.load(**given)


def test_without_parquet_it_says_how_to_make_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "HOME", tmp_path)
    with pytest.raises(HasilaError, match="run `hasila publish`"):
        hasila.load("figures")


@pytest.mark.parametrize("streaming", [False, True])
def test_a_rewritten_file_is_read_anew_whatever_its_time(home: Path, streaming: bool) -> None:
    path = home / "dataset" / "parquet" / "timexes" / "test-00000-of-00001.parquet"
    before = list(hasila.load("timexes", split="test", streaming=streaming))
    stat = path.stat()
    table = pq.read_table(path)
    changed = table.set_column(
        table.schema.get_field_index("note"), table.schema.field("note"), pa.array(["changed"] * len(table))
    )
    pq.write_table(changed, path)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    after = list(hasila.load("timexes", split="test", streaming=streaming))
    assert [row["note"] for row in before] == [None]
    assert [row["note"] for row in after] == ["changed"]


@pytest.mark.usefixtures("home")
def test_a_loaded_split_can_be_mapped_and_filtered() -> None:
    train = hasila.load("figures", split="train")
    mapped = train.map(lambda row: {"length": row["end"] - row["start"]})
    assert mapped["length"][:] == [len(text) for text in mapped["text"]]
    originals = mapped.filter(lambda row: row["copy_of"] is None)
    assert {row["id"] for row in originals} == {"f1", "f2", "f3", "f4", "f5"}


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd="/", env={**os.environ, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


HEAVY = "{'datasets', 'pyarrow', 'jsonschema', 'jsonschema_rs', 'huggingface_hub', 'babel'}"


def test_importing_hasila_and_its_help_load_nothing_heavy() -> None:
    check = f"import sys; loaded = {HEAVY} & set(sys.modules); assert not loaded, loaded"
    run(f"import hasila; {check}")
    out = run(
        "import hasila.cli\n"
        "try:\n    hasila.cli.main(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        f"{check}"
    )
    assert "publish" in out


@pytest.mark.slow
def test_an_installed_wheel_loads_without_a_clone(tmp_path: Path) -> None:
    if not (ROOT / "dataset" / "parquet").is_dir():
        pytest.fail("dataset/parquet is missing: run `hasila publish`")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", tmp_path, ROOT], check=True, timeout=300)
    (wheel,) = tmp_path.glob("hasila-*.whl")
    target = tmp_path / "site"
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--target", target, wheel], check=True)
    out = run(
        "import hasila, socket\n"
        "def refuse(*_): raise AssertionError('network')\n"
        "socket.socket.connect = refuse\n"
        "print(hasila.__file__)\n"
        "for name in ('articles', 'figures', 'registry_keys'):\n"
        "    loaded = hasila.load(name)\n"
        "    streamed = hasila.load(name, streaming=True)\n"
        "    for split in loaded:\n"
        "        assert list(loaded[split]) == list(streamed[split])\n"
        "        print(name, split, len(loaded[split]))\n",
        PYTHONPATH=str(target),
    ).splitlines()
    assert Path(out[0]).is_relative_to(target)
    published = {config.name: config for config in configs_below(ROOT, schema.layers())}
    assert out[1:] == [
        f"{name} {split} {rows}"
        for name in ("articles", "figures", "registry_keys")
        for split, rows in published[name].rows.items()
    ]
