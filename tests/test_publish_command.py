"""``hasila publish``: what a user sees, and what is left when it fails."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import huggingface_hub
import pyarrow.parquet as pq
import pytest

from hasila.cli import main
from hasila.publish import hub
from hasila.publish.build import build


@pytest.fixture
def before(corpus_dir: Path, published: Path) -> dict[str, bytes]:
    """The files of ``corpus_dir`` once it has a former release."""
    shutil.copytree(published / "dataset" / "parquet", corpus_dir / "dataset" / "parquet")
    shutil.copy(published / "README.md", corpus_dir)
    return contents(corpus_dir)


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def test_it_prints_every_config_with_its_rows(
    corpus_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["publish", str(corpus_dir), "--out", str(out), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows["zones"] == {"train": 6, "validation": 2, "test": 3}
    assert rows["figure_pairs"] == {"full": 21}
    assert main(["publish", str(corpus_dir), "--out", str(out)]) == 0
    head, _, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["config", "train", "validation", "test", "full"]
    assert lines[0].split() == ["articles", "1", "1", "1", "–"]
    assert not list(out.rglob(".*"))


def test_in_place_it_makes_the_corpus_loadable(corpus_dir: Path) -> None:
    import datasets

    assert main(["publish", str(corpus_dir)]) == 0
    assert len(datasets.load_dataset(str(corpus_dir), "zones", split="train")) == 6
    assert (corpus_dir / "docs" / "data-dictionary.md").is_file()


def test_a_corpus_with_problems_is_refused(
    corpus_dir: Path, before: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    path = corpus_dir / "annotations" / "hand" / "b_toll.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"end": 24', '"end": 23'), encoding="utf-8")
    assert main(["publish", str(corpus_dir)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "annotations/hand/b_toll.jsonl:" in said.err
    assert "nothing was written" in said.err
    changed = {name for name, data in contents(corpus_dir).items() if before.get(name) != data}
    assert changed == {"annotations/hand/b_toll.jsonl"}


def full_disk(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def interrupt(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("place", "fault", "message"),
    [
        ("write_table", full_disk, "No space left on device"),
        ("write_table", interrupt, "interrupted"),
        ("close", full_disk, "No space left on device"),
    ],
)
def test_a_run_that_breaks_off_leaves_the_former_release_whole(
    corpus_dir: Path,
    before: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    place: str,
    fault: Any,
    message: str,
) -> None:
    monkeypatch.setattr(pq.ParquetWriter, place, fault)
    assert main(["publish", str(corpus_dir)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert message in said.err
    assert len(said.err.splitlines()) == 1
    assert contents(corpus_dir) == before


def test_a_file_that_the_system_cuts_off_is_one_clear_error(
    corpus_dir: Path, before: dict[str, bytes]
) -> None:
    code = (
        "import resource, sys\n"
        "from hasila.cli import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        f"sys.exit(main(['publish', {str(corpus_dir)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and "File too large" in done.stderr
    assert contents(corpus_dir) == before


def test_a_directory_that_cannot_be_written_is_one_clear_error(
    corpus_dir: Path,
    before: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(dir: Path, **_: Any) -> str:
        raise OSError(errno.EROFS, "Read-only file system", str(dir))

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    assert main(["publish", str(corpus_dir)]) == 2
    said = capsys.readouterr().err
    assert said == f"hasila publish: {corpus_dir / 'dataset'}: Read-only file system\n"
    assert contents(corpus_dir) == before


def test_out_on_a_file_is_one_clear_error(
    corpus_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    assert main(["publish", str(corpus_dir), "--out", str(tmp_path / "taken")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_no_corpus_is_one_clear_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", str(tmp_path)]) == 2
    assert "no corpus here" in capsys.readouterr().err


# The Hub


class Hub:
    """Stands in for ``huggingface_hub.HfApi`` and remembers what it was asked."""

    calls: list[tuple[str, Any]]

    def __init__(self, token: str | None = None, fail: Exception | None = None) -> None:
        self.token = token
        self.calls = []
        self.fail = fail

    def create_repo(self, repository: str, **options: Any) -> None:
        self.calls.append(("create_repo", {"repo": repository, **options}))

    def upload_folder(self, **options: Any) -> str:
        if self.fail:
            raise self.fail
        names = [path.relative_to(options["folder_path"]) for path in Path(options["folder_path"]).rglob("*")]
        kept = huggingface_hub.utils.filter_repo_objects(
            [name.as_posix() for name in names],
            allow_patterns=options["allow_patterns"],
            ignore_patterns=options["ignore_patterns"],
        )
        self.calls.append(("upload_folder", {**options, "kept": sorted(kept)}))
        return f"https://example.org/datasets/{options['repo_id']}"


def test_push_without_a_token_says_what_to_do_and_changes_nothing(
    corpus_dir: Path,
    before: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: None)
    assert main(["publish", str(corpus_dir), "--push", "someone/toll"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "HF_TOKEN" in said.err and "hf auth login" in said.err
    assert contents(corpus_dir) == before


def test_push_uploads_the_corpus_and_its_parquet(
    corpus_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    api = Hub()
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: "hf_secret")
    monkeypatch.setattr(huggingface_hub, "HfApi", lambda token: api if token == "hf_secret" else None)
    (corpus_dir / "private.txt").write_text("mine", encoding="utf-8")
    (corpus_dir / "dataset" / ".parquet.new-left").mkdir()
    (corpus_dir / "dataset" / ".parquet.new-left" / "x.parquet").write_bytes(b"half")
    assert main(["publish", str(corpus_dir), "--push", "someone/toll"]) == 0
    (made, options), (sent, upload) = api.calls
    assert (made, options["repo"], options["repo_type"], options["private"]) == (
        "create_repo", "someone/toll", "dataset", True,
    )  # fmt: skip
    assert (sent, upload["repo_id"], upload["repo_type"]) == ("upload_folder", "someone/toll", "dataset")
    assert "dataset/parquet/zones/train-00000-of-00001.parquet" in upload["kept"]
    assert {"README.md", "dataset/articles.jsonl", "annotations/relations.jsonl"} <= set(upload["kept"])
    assert not [name for name in upload["kept"] if "private" in name or "/." in name]
    assert upload["delete_patterns"] == ["dataset/parquet/*"]
    said = capsys.readouterr()
    assert "someone/toll" in said.err
    assert "hf_secret" not in said.out + said.err


def test_a_refusal_of_the_hub_is_one_clear_error(tmp_path: Path) -> None:
    from hasila.errors import HasilaError

    with pytest.raises(HasilaError, match=r"someone/toll: not uploaded \(403 Forbidden\)"):
        hub.push(Hub(fail=RuntimeError("403 Forbidden")), tmp_path, "someone/toll")  # type: ignore[arg-type]


def test_no_files_are_kept_open_and_nothing_is_shared_between_runs(corpus_dir: Path, tmp_path: Path) -> None:
    from hasila.corpus import open_corpus

    for name in ("one", "two"):
        build(open_corpus(corpus_dir), tmp_path / name)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
