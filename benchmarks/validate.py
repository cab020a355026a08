"""Speed of the validator: levels 1 to 5 in annotations a second, and level 2 against ``jsonschema``.

The corpus is synthetic: an invented article repeated, every layer in it, each copy a file of its own,
with the registry. Run: ``python benchmarks/validate.py [ANNOTATIONS]``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import resource
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import orjson

from hasila.corpus import open_corpus
from hasila.validate.corpus import check_corpus
from hasila.validate.schema import packaged

SAMPLE = Path(__file__).parents[1] / "tests" / "sample"
WANTED_RATE, WANTED_RATIO = 60_000, 50
REPEATS = 40
"""How often a text of the sample is repeated in one synthetic article."""


def synthetic(root: Path, wanted: int) -> int:
    """Write a sound corpus of at least ``wanted`` annotations; return how many."""
    corpus = open_corpus(SAMPLE)
    for folder in ("dataset/raw", "annotations/hand", "annotations/registry"):
        (root / folder).mkdir(parents=True)
    for path in (SAMPLE / "annotations" / "registry").iterdir():
        (root / "annotations" / "registry" / path.name).write_bytes(path.read_bytes())
    listed, count = [], 0
    while count < wanted:
        for article in corpus.articles.values():
            name = f"s{len(listed):05}"
            text = "\n".join([article.text.rstrip("\n") + "\n"] * REPEATS)
            step = len(article.text.rstrip("\n")) + 2
            lines = []
            for turn in range(REPEATS):
                for one in corpus.annotations("hand")[article.id]:
                    lines.append(_moved(one.to_dict(), turn * step, turn * 1000))
            (root / f"annotations/hand/{name}.jsonl").write_text("".join(lines), encoding="utf-8")
            data = text.encode()
            (root / f"dataset/raw/{name}.txt").write_bytes(data)
            digest = hashlib.sha256(data).hexdigest()
            listed.append(
                {**article.meta, "id": name, "file": f"raw/{name}.txt", "sha256": digest,
                 "bytes": len(data), "chars": len(text), "fold": len(listed)}
            )  # fmt: skip
            count += len(lines)
    rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in listed)
    (root / "dataset/articles.jsonl").write_text(rows, encoding="utf-8")
    return count


LINKS = ("number", "quotation", "parent")


def _moved(record: dict[str, object], by: int, ids: int) -> str:
    def id_of(old: object) -> str:
        return f"{str(old)[0]}{int(str(old)[1:]) + ids}"

    def moved(span: dict[str, object]) -> dict[str, object]:
        return {**span, "start": span["start"] + by, "end": span["end"] + by}  # type: ignore[operator]

    for key, value in record.items():
        if isinstance(value, dict) and "start" in value:
            record[key] = moved(value)
        elif key == "content":
            record[key] = [moved(part) for part in value]  # type: ignore[attr-defined]
        elif key in LINKS and value is not None:
            record[key] = id_of(value)
        elif key == "participants":
            record[key] = [{**p, "target": id_of(p["target"])} for p in value]  # type: ignore[attr-defined]
        elif key == "copy_of":
            record[key] = [id_of(one) for one in value]  # type: ignore[attr-defined]
    record |= {"id": id_of(record["id"])} | {k: record[k] + by for k in ("start", "end")}  # type: ignore[operator]
    return json.dumps(record, ensure_ascii=False) + "\n"


def level_two(lines: list[bytes]) -> tuple[float, float]:
    """Records a second: the bulk path over all lines, ``jsonschema``'s ``iter_errors`` over some of them."""
    shapes = packaged()
    records = [orjson.loads(line) for line in lines]
    started = time.perf_counter()
    assert all(shapes[record["layer"]].valid(record) for record in records)
    bulk = len(records) / (time.perf_counter() - started)
    some = records[:: max(1, len(records) // 2000)]
    started = time.perf_counter()
    assert not any(
        error for record in some for error in shapes[record["layer"]].reference.iter_errors(record)
    )
    return bulk, len(some) / (time.perf_counter() - started)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("annotations", type=int, nargs="?", default=100_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "corpus"
        count = synthetic(root, args.annotations)
        check_corpus(SAMPLE)  # schemas compiled
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        rates = []
        for _ in range(3):
            started = time.perf_counter()
            problems, _counts = check_corpus(root)
            rates.append(count / (time.perf_counter() - started))
            assert not problems, problems[:3]
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        lines = [x for p in (root / "annotations/hand").iterdir() for x in p.read_bytes().splitlines()]
        bulk, reference = level_two(lines[:100_000])
    rate = max(rates)
    machine = f"Python {platform.python_version()}, jsonschema-rs {version('jsonschema-rs')}"
    print(f"levels 1 to 5: {count:,} annotations, {rate:,.0f} a second (best of 3, one process, {machine})")
    grown = f"memory grew by {(after - before) / 1024:.0f} MiB"
    print(f"  {rate / WANTED_RATE:.2f} times the {WANTED_RATE:,} that are asked; {grown}")
    print(f"level 2: {bulk:,.0f} records a second, {bulk / reference:.0f} times the {reference:,.0f} of")
    print(f"  iter_errors of jsonschema {version('jsonschema')} in the same run; asked: {WANTED_RATIO} times")
    return 0 if rate >= WANTED_RATE and bulk >= WANTED_RATIO * reference else 1


if __name__ == "__main__":
    sys.exit(main())
