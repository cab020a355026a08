"""Streams: records in, Parquet shards out; what is bad is set aside, what is interrupted goes on."""

from __future__ import annotations

import gzip
import json
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from hasila.cli import main
from hasila.errors import HasilaError
from hasila.journal import Journal
from hasila.records import MAX_BYTES, Record, Reject, items, parse, sources
from hasila.rules.batch import annotate_articles, annotate_batch
from hasila.schema import layers
from hasila.shards import by_layer
from hasila.stream import annotate_stream

TEXT = (
    "قتل 12 شخصاً وأصيب نحو 30 آخرين في انفجار مرفأ اللاذقية مساء أمس السبت، وفق ما أعلنت وزارة الصحة السورية."
)


def article(number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"a{number}", "text": f"{TEXT}\n{TEXT} {number}", "published": "2024-03-03", **more}


def write_lines(path: Path, records: Iterable[Any]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def rows(out: Path) -> dict[str, list[dict[str, Any]]]:
    """Every dataset of a run, in a fixed order."""
    names = ["articles", *(layer.config for layer in layers().values())]
    key = {"articles": [("id", "ascending")]}
    return {
        name: ds.dataset(out / name)
        .to_table()
        .sort_by(key.get(name, [("article", "ascending"), ("start", "ascending"), ("id", "ascending")]))
        .to_pylist()
        for name in names
    }


def rejected(out: Path) -> dict[int, str]:
    lines = (out / "rejects.jsonl").read_text(encoding="utf-8").splitlines()
    return {one["place"]: one["reason"] for one in map(json.loads, lines)}


def command(*words: object, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "hasila.cli", "annotate", *map(str, words)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


# What goes in


@pytest.mark.parametrize("form", ["jsonl", "jsonl.gz", "jsonl.zst", "parquet", "txt"])
def test_every_kind_of_input_gives_the_same_annotations(tmp_path: Path, form: str) -> None:
    records = [article(n) for n in range(3)]
    lines = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records).encode()
    if form == "txt":
        for record in records:
            (tmp_path / f"{record['id']}.txt").write_text(record["text"], encoding="utf-8")
        inputs = sources([tmp_path])
    else:
        path = tmp_path / f"in.{form}"
        if form == "parquet":
            pq.write_table(pa.Table.from_pylist(records), path)
        elif form == "jsonl.zst":
            zstandard = pytest.importorskip("zstandard")
            path.write_bytes(zstandard.ZstdCompressor().compress(lines))
        else:
            path.write_bytes(gzip.compress(lines) if form == "jsonl.gz" else lines)
        inputs = [path]
    got = [parse(item) for item in items(inputs)]
    assert [(r.id, r.text) for r in got if isinstance(r, Record)] == [(r["id"], r["text"]) for r in records]


def test_a_record_without_an_id_is_named_after_its_file_and_line(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "crawl.jsonl", [{"text": TEXT}, {"text": TEXT}])
    assert [parse(item).id for item in items([path])] == ["crawl-1", "crawl-2"]


def test_a_file_name_can_give_the_date(tmp_path: Path) -> None:
    path = tmp_path / "2024-03-03_port.txt"
    path.write_text(TEXT, encoding="utf-8")
    (record,) = (parse(item) for item in items([path]))
    assert isinstance(record, Record) and str(record.published) == "2024-03-03"


BAD = [
    (b"{no json", "not-json"),
    (b"[1, 2]", "not-json"),
    (b"[" * 100_000, "not-json"),
    (b'{"text": "\\ud800"}', "not-json"),
    (json.dumps({"text": TEXT}, ensure_ascii=False).encode("cp1256"), "not-utf8"),
    (b'{"id": "x"}', "no-text"),
    (b'{"text": 7}', "no-text"),
    (b'{"text": " \\n "}', "empty-text"),
    (b'{"text": "<!DOCTYPE html><p>x"}', "html"),
    (json.dumps({"text": f"<div class='a'><p>{TEXT[:40]}</p></div>"}).encode(), "html"),
    (b'{"text": "x", "published": "31.1.2022"}', "bad-date"),
    (b'{"text": "x", "published": "0202-01-31"}', "bad-date"),
    (b'{"text": "x", "published": "2022-02-30"}', "bad-date"),
    (b'{"text": "x", "published": 1643587200}', "bad-date"),
]


@pytest.mark.parametrize(("line", "reason"), BAD)
def test_a_bad_record_has_a_reason(tmp_path: Path, line: bytes, reason: str) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(line + b"\n" + json.dumps(article(1)).encode())
    first, second = (parse(item) for item in items([path]))
    assert isinstance(first, Reject) and first.reason == reason and first.place == 1
    assert isinstance(second, Record)


def test_a_tag_in_running_text_is_no_html(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "in.jsonl", [{"text": f"{TEXT} <b>عاجل</b> {TEXT}"}])
    assert isinstance(parse(next(items([path]))), Record)


def test_a_huge_record_is_passed_over_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    with path.open("wb") as file:
        file.write(b'{"text": "')
        for _ in range(200):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n' + json.dumps(article(1)).encode())
    script = (
        "import sys, resource, pathlib; from hasila.records import *\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "found = [parse(i) for i in items([pathlib.Path(sys.argv[1])])]\n"
        "print(found[0].reason, type(found[1]).__name__, "
        "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    reason, second, grown = done.stdout.split()
    assert (reason, second) == ("too-large", "Record")
    assert int(grown) * 1024 < 5 * MAX_BYTES


def test_a_broken_archive_costs_its_rest_alone(tmp_path: Path) -> None:
    broken, sound = tmp_path / "a.jsonl.gz", write_lines(tmp_path / "b.jsonl", [article(99)])
    lines = "".join(json.dumps(article(n)) + "\n" for n in range(2000)).encode()
    broken.write_bytes(gzip.compress(lines)[:-2000])
    found = [parse(item) for item in items([broken, sound])]
    assert [r.reason for r in found if isinstance(r, Reject)] == ["input-broken"]
    assert isinstance(found[0], Record) and isinstance(found[-1], Record) and found[-1].id == "a99"


def test_parquet_without_a_text_column_is_an_error(tmp_path: Path) -> None:
    pq.write_table(pa.table({"body": ["x"]}), tmp_path / "in.parquet")
    with pytest.raises(HasilaError, match="no column 'text' \\(there are body\\)"):
        list(items([tmp_path / "in.parquet"]))


# What comes out


def test_one_dataset_a_layer_with_labels_by_name(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", [article(n) for n in range(4)])
    done = annotate_stream([source], tmp_path / "out", batch_bytes=500)
    got = rows(tmp_path / "out")
    assert done.articles == 4 and done.rejects == 0
    assert done.annotations == sum(len(found) for name, found in got.items() if name != "articles")
    killed = [f for f in got["figures"] if f["category"] == "killed"]
    assert {(f["low"], f["high"], f["comparator"]) for f in killed} == {(12, 12, "exact")}
    assert [a["annotations"] for a in got["articles"]] == [
        sum(x["article"] == a["id"] for name, found in got.items() if name != "articles" for x in found)
        for a in got["articles"]
    ]


def test_shards_hold_what_annotate_batch_gives(tmp_path: Path) -> None:
    records = [article(n) for n in range(5)]
    annotate_stream(
        [write_lines(tmp_path / "in.jsonl", records)], tmp_path / "out", workers=2, batch_bytes=700
    )
    batch = pa.RecordBatch.from_pylist([{k: r[k] for k in ("id", "text", "published")} for r in records])
    got = rows(tmp_path / "out")
    for config, table in by_layer(annotate_batch(batch)).items():
        order = [("article", "ascending"), ("start", "ascending"), ("id", "ascending")]
        assert got[config] == table.sort_by(order).to_pylist()


def test_relations_between_the_figures_of_an_article_are_beside_them(tmp_path: Path) -> None:
    text = "ارتفعت حصيلة القتلى إلى 67، هم 40 مدنيا و27 مسلحا."
    records = [{"id": "a", "text": text}, {"id": "b", "text": "قتل 5 جنود."}, {"id": "c", "text": text}]
    annotate_stream([write_lines(tmp_path / "in.jsonl", records)], tmp_path / "out")
    words = {(f["article"], f["id"]): f["text"] for f in rows(tmp_path / "out")["figures"]}
    found = ds.dataset(tmp_path / "out" / "relations").to_table().to_pylist()
    assert [(r["article"], r["id"], r["type"], r["group"]) for r in found] == [
        (article, name, "SUM_OF", "s1") for article in "ac" for name in ("r1", "r2")
    ]
    assert [words[tuple(r["source"].values())] for r in found[:2]] == ["40 مدنيا", "27 مسلحا"]
    assert {words[tuple(r["target"].values())] for r in found} == {"67"}


def test_rejects_are_told_and_the_rest_is_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_lines(
        tmp_path / "in.jsonl", [article(1), article(1), {"text": ""}, article(2), article(3, published="x")]
    )
    out = tmp_path / "out"
    assert main(["annotate", str(source), "--out", str(out), "--workers", "1"]) == 1
    assert rejected(out) == {2: "duplicate-id", 3: "empty-text", 5: "bad-date"}
    assert [a["id"] for a in rows(out)["articles"]] == ["a1", "a2"]
    assert f"3 records rejected, see {out}/rejects.jsonl" in capsys.readouterr().err


def test_an_article_without_a_date_has_figures_without_one(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", [{"id": "a", "text": TEXT}])
    annotate_stream([source], tmp_path / "out")
    assert {f["said_on"] for f in rows(tmp_path / "out")["figures"]} == {None}


def test_a_record_on_which_the_rules_fail_is_rejected_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hasila import shards

    def failing(batch: pa.RecordBatch) -> Iterable[Any]:
        if "a1" in batch.column("id").to_pylist():
            raise IndexError("of no use")
        return annotate_articles(batch)

    monkeypatch.setattr(shards, "annotate_articles", failing)
    records = [
        {**article(n), "published": None, "publisher": None, "file": "x", "place": n} for n in range(3)
    ]
    batch = pa.RecordBatch.from_pylist(records, schema=shards.INPUT)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, shards.INPUT) as stream:
        stream.write_batch(batch)
    articles, _, rejects = shards.annotate_shard(str(tmp_path), 0, sink.getvalue().to_pybytes())
    assert articles == 2
    assert [(r.id, r.reason) for r in rejects] == [("a1", "annotation-failed")]


# Interrupted, and resumed


def interrupted(tmp_path: Path, how: int, *, worker: bool = False) -> tuple[Path, Path, int, str]:
    """A run stopped by a signal after its first shards; input, output, status, messages."""
    source = write_lines(tmp_path / "in.jsonl", [article(n) for n in range(160)] + [article(5)])
    out = tmp_path / "out"
    script = (
        "import sys, pathlib; from hasila.cli import main\n"
        "from hasila import stream\n"
        "stream.SMALLEST = 4000; stream.LARGEST = 4000\n"
        "if __name__ == '__main__': sys.exit(main(sys.argv[1:]))\n"
    )
    (tmp_path / "run.py").write_text(script, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, tmp_path / "run.py", "annotate", source, "--out", out, "--workers", "2"],
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while len(list(out.glob("articles/part-*"))) < 3 and process.poll() is None:
        time.sleep(0.01)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert process.poll() is None, "the run was over before it could be stopped"
    os.kill(int(children[-1]) if worker else process.pid, how)
    _, messages = process.communicate(timeout=60)
    for child in map(int, children):  # workers do not outlive the run
        for _ in range(100):
            if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text():
                break
            time.sleep(0.05)
        else:
            pytest.fail("a worker outlived its run")
    return source, out, process.returncode, messages


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_resumed_run_loses_and_repeats_nothing(tmp_path: Path, how: int) -> None:
    source, out, status, messages = interrupted(tmp_path, how)
    if how == signal.SIGINT:
        assert status == 2 and "interrupted" in messages and "--resume" in messages
        assert "Traceback" not in messages
    kept = {path.name: path.stat().st_mtime_ns for path in out.glob("articles/part-*.parquet")}
    for path in out.glob("*/part-*.parquet"):
        pq.read_table(path)
    done = command(source, "--out", out, "--workers", 2, "--resume")
    _, messages = done.communicate()
    assert done.returncode == 1, messages
    assert rejected(out) == {161: "duplicate-id"}
    got = rows(out)
    assert [a["id"] for a in got["articles"]] == sorted(f"a{n}" for n in range(160))
    whole = annotate_stream([source], tmp_path / "whole", batch_bytes=200_000)
    assert whole.annotations == sum(len(x) for name, x in got.items() if name != "articles")
    assert got == rows(tmp_path / "whole")
    same = [name for name, when in kept.items() if (out / "articles" / name).stat().st_mtime_ns == when]
    assert len(same) >= len(kept) - 3  # only what was under way is done again


def test_a_killed_worker_is_told_and_the_run_can_go_on(tmp_path: Path) -> None:
    source, out, status, messages = interrupted(tmp_path, signal.SIGKILL, worker=True)
    assert status == 2
    assert "a worker process was killed" in messages and "--resume" in messages
    assert "Traceback" not in messages
    assert annotate_stream([source], out, resume=True).articles == 160


def test_a_full_disk_is_told_and_the_run_can_go_on(tmp_path: Path) -> None:
    noise = random.Random(1)
    records = [{"id": f"a{n}", "text": f"{TEXT} {noise.randbytes(400).hex()}"} for n in range(200)]
    source = write_lines(tmp_path / "in.jsonl", records)
    out = tmp_path / "out"

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (36_000, 36_000))

    process = command(source, "--out", out, "--workers", 1, preexec_fn=small_files)
    _, messages = process.communicate()
    assert process.returncode == 2
    assert "File too large" in messages and "--resume" in messages and "Traceback" not in messages
    assert annotate_stream([source], out, resume=True).articles == 200


def test_resuming_a_finished_run_does_nothing(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", [article(n) for n in range(3)])
    first = annotate_stream([source], tmp_path / "out")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "out").rglob("*.parquet")}
    assert annotate_stream([source], tmp_path / "out", resume=True) == first
    assert before == {p: p.stat().st_mtime_ns for p in (tmp_path / "out").rglob("*.parquet")}


def test_what_cannot_be_begun_or_resumed(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", [article(1)])
    out = tmp_path / "out"
    annotate_stream([source], out)
    with pytest.raises(HasilaError, match="not empty; --resume"):
        annotate_stream([source], out)
    write_lines(source, [article(1), article(2)])
    with pytest.raises(HasilaError, match="begun with other inputs"):
        annotate_stream([source], out, resume=True)
    with pytest.raises(HasilaError, match="holds no run"):
        annotate_stream([source], tmp_path, resume=True)
    with pytest.raises(HasilaError, match="is a file"):
        annotate_stream([source], source)


def test_only_one_run_at_a_time_is_at_work_in_a_directory(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", [article(1)])
    out = tmp_path / "out"
    annotate_stream([source], out)
    journal = Journal(out)
    with pytest.raises(HasilaError, match="another run is at work"):
        annotate_stream([source], out, resume=True)
    journal.close()


def test_no_inputs_of_a_known_kind(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x")
    with pytest.raises(HasilaError, match=r"a\.pdf: not \.txt"):
        sources([tmp_path / "a.pdf"])
    with pytest.raises(HasilaError, match=r"no \.txt"):
        sources([tmp_path])


def test_missing_and_forbidden_places_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotate", str(tmp_path / "no.jsonl"), "--out", str(tmp_path / "out")]) == 2
    assert "no.jsonl: No such file" in capsys.readouterr().err
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(stat.S_IRUSR)
    source = write_lines(tmp_path / "in.jsonl", [article(1)])
    assert main(["annotate", str(source), "--out", str(closed / "out")]) == 2
    assert "Permission denied" in capsys.readouterr().err
