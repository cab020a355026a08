"""Streams at size: memory that stays flat, the gain of a second worker, and what scale.md needs to know.

    python benchmarks/stream.py [--megabytes 10] [--repeat 2]

The input is the packaged articles, each time with other figures. Every run is a process of its own.

1. A tenth of the input and the whole: peak resident memory of the largest process. Limit: 1.1 times.
2. One worker and two, in turn, the best of each. Limit: 1.8 times. CPU seconds beside them: on a machine with
   other work, the clock measures that work too, while CPU per megabyte stays.
3. Bytes written per byte read, by dataset; how fast `--resume` passes over what is done.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

from hasila.corpus import open_corpus
from hasila.stream import annotate_stream, batches

BATCH = 250_000


def write_input(path: Path, size: int) -> int:
    """About ``size`` bytes of text; return how many."""
    texts = [article.text for article in open_corpus().articles.values()]
    written = 0
    with path.open("w", encoding="utf-8") as file:
        for number in count():
            text = re.sub(
                r"[0-9]+", lambda m, more=number % 97: str(int(m[0]) + more), texts[number % len(texts)]
            )
            line = {"id": f"a{number}", "text": text, "published": "2022-01-31", "publisher": "x"}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            written += len(text.encode())
            if written >= size:
                return written


def run_here(source: str, out: str, workers: int) -> None:
    """Annotate and print seconds, CPU seconds, peak MB of this process and of the largest worker."""
    start = time.perf_counter()
    annotate_stream([Path(source)], Path(out), workers=workers, batch_bytes=BATCH)
    seconds = time.perf_counter() - start
    own, workers_ = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = sum(one.ru_utime + one.ru_stime for one in (own, workers_))
    print(json.dumps([seconds, cpu, own.ru_maxrss / 1024, workers_.ru_maxrss / 1024]))


def run(source: Path, out: Path, workers: int) -> list[float]:
    command = [sys.executable, __file__, "--here", str(source), str(out), str(workers)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(x) for x in json.loads(done.stdout)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=float, default=10)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--here", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.here:
        run_here(args.here[0], args.here[1], int(args.here[2]))
        return
    with tempfile.TemporaryDirectory(prefix="hasila-benchmark-") as name:
        home = Path(name)
        small, large = home / "small.jsonl", home / "large.jsonl"
        sizes = {
            small: write_input(small, int(args.megabytes * 1e5)),
            large: write_input(large, int(args.megabytes * 1e6)),
        }
        best: dict[int, list[float]] = {}
        for turn in range(args.repeat):
            for workers in (1, 2):
                found = run(large, home / f"{workers}-{turn}", workers)
                if workers not in best or found[0] < best[workers][0]:
                    best[workers] = found
        tenth = run(small, home / "small", 1)
        megabytes = sizes[large] / 1e6
        print(f"{megabytes:.1f} MB of text, batches of {BATCH / 1e6} MB, {os.cpu_count()} cores, "
              f"load {os.getloadavg()[0]:.1f}")  # fmt: skip
        print("peak memory, MB          reader   worker")
        print(f"  a tenth              {tenth[2]:8.0f} {tenth[3]:8.0f}")
        print(f"  the whole            {best[1][2]:8.0f} {best[1][3]:8.0f}")
        print(
            f"  ratio                {best[1][2] / tenth[2]:8.2f} {best[1][3] / tenth[3]:8.2f}   limit 1.10"
        )
        print("workers                  MB/s   CPU s/MB")
        for workers, (seconds, cpu, *_) in best.items():
            print(f"  {workers}                    {megabytes / seconds:8.3f} {cpu / megabytes:8.2f}")
        print(f"  ratio                {best[1][0] / best[2][0]:8.2f} {best[1][1] / best[2][1]:8.2f}"
              "   limit 1.80")  # fmt: skip
        print("bytes written per byte of text")
        total = 0.0
        for folder in sorted(p for p in (home / "1-0").iterdir() if p.is_dir()):
            share = sum(p.stat().st_size for p in folder.glob("*.parquet")) / sizes[large]
            total += share
            print(f"  {folder.name:20s} {share:8.3f}")
        print(f"  all                  {total:8.3f}")
        start = time.process_time()
        for _ in batches([large], BATCH):
            pass
        print(f"passed over on resume  {megabytes / (time.process_time() - start):8.0f} MB/s of CPU")


if __name__ == "__main__":
    main()
