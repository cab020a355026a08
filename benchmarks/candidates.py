"""Figures at scale: a million claims into candidate keys with their relations, in time linear in the claims.

    python benchmarks/candidates.py [--claims 1000000]

The claims are made up: places, days, sources and values at random, a claim an article, so that the number of
keys grows with the claims. Limit: ten times the claims in at most eleven times the time. Peer, per claim: the
rules' own relations (`hasila.rules.relations`), Python over a corpus in memory, on a hundredth of the claims.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

import duckdb

from hasila.annotation import Annotation
from hasila.candidates import open_candidates
from hasila.corpus import Article
from hasila.rules.page import NO_REGISTRY
from hasila.rules.relations import relations

PER_KEY = 20


def write_claims(folder: Path, count: int) -> None:
    """``count`` claims, each in an article of its own, as ``hasila annotate --out`` lays them out."""
    places = max(1, count // PER_KEY // 10)
    with duckdb.connect() as database:
        database.execute(
            f"CREATE TABLE c AS SELECT 'a' || i AS article, hash(i) AS h, "
            f"DATE '2020-01-01' + (hash(i, 1) % 10 * 30 + hash(i, 2) % 3)::INT AS day, "
            f"hash(i, 3) % {places} AS place, hash(i, 4) % 12 AS voice, (hash(i, 5) % 40)::BIGINT AS value "
            f"FROM range({count}) r(i)"
        )
        queries = {
            "articles": "SELECT article AS id, day AS published, NULL::TEXT AS publisher FROM c",
            "entities": "SELECT article, 'e1' AS id, 0 AS start, 8 AS \"end\", 'المدينة ' || place AS text, "
            "'GPE' AS type, 'NAM' AS level FROM c UNION ALL "
            "SELECT article, 'e2', 10, 18, 'المصدر ' || voice, 'ORG', 'NAM' FROM c",
            "events": "SELECT article, 'v1' AS id, NULL::TEXT AS ref, 20 AS start, "
            "[{role: 'place', target: 'e1'}] AS participants FROM c",
            "figures": "SELECT article, 'f1' AS id, 30 AS start, 32 AS \"end\", value::TEXT AS text, "
            "'killed' AS category, 'all' AS side, NULL::TEXT AS subgroup, 'cumulative' AS measure, "
            "NULL::TEXT AS key, value AS low, value AS high, 'exact' AS comparator, NULL::TEXT AS vague, "
            "day AS as_of, 'said' AS as_of_basis, day AS said_on, '#v1' AS event_ref, '#e2' AS originator, "
            "'monitor' AS originator_type, 'quotation' AS originator_basis, 'assert' AS stance, "
            "'CT+' AS factuality FROM c",
        }
        for name, query in queries.items():
            (folder / name).mkdir(parents=True)
            database.execute(f"COPY ({query}) TO '{folder}/{name}/part-00000.parquet' (FORMAT parquet)")


def measure(count: int) -> tuple[float, str]:
    with tempfile.TemporaryDirectory(prefix="hasila-benchmark-") as name:
        write_claims(Path(name), count)
        start = time.process_time()
        wall = time.perf_counter()
        with open_candidates(Path(name)) as found:
            keys = len(found.list_keys())
            (row,) = found._rows("SELECT count(*) AS n FROM relations")
        seconds, wall = time.process_time() - start, time.perf_counter() - wall
    return seconds, (
        f"{count:9,} claims: {keys:7,} keys, {row['n']:9,} relations, {seconds:6.1f} s CPU ({wall:.1f} s), "
        f"{count / seconds:8,.0f} claims/s"
    )


def in_python(count: int) -> float:
    """Claims a second of the rules' relations over such claims."""
    with tempfile.TemporaryDirectory(prefix="hasila-benchmark-") as name:
        write_claims(Path(name), count)
        rows = duckdb.sql(
            f"SELECT f.* EXCLUDE (key), e.text AS place, o.text AS voice FROM '{name}/figures/*.parquet' f "
            f"JOIN '{name}/entities/*.parquet' e ON e.article = f.article AND e.id = 'e1' "
            f"JOIN '{name}/entities/*.parquet' o ON o.article = f.article AND o.id = 'e2'"
        ).fetchall()
        names = [
            c[0] for c in duckdb.sql(f"SELECT * EXCLUDE (key) FROM '{name}/figures/*.parquet'").description
        ]
    marks, articles = {}, []
    for *values, place, voice in rows:
        fields = dict(zip(names, values, strict=True))
        day = fields["as_of"].isoformat()
        fields |= {"as_of": day, "key": f"{place} {day[:7]}", "originator": voice, "number": None}
        article = fields["article"]
        articles.append(Article(article, "", {"published": day}))
        marks[article] = [Annotation("f1", "figure", 0, 0, "", fields, {}, article)]
    start = time.process_time()
    relations(articles, marks, NO_REGISTRY)
    return count / (time.process_time() - start)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--claims", type=int, default=1_000_000)
    args = parser.parse_args()
    measure(1000)
    small, told = measure(args.claims // 10)
    print(told)
    large, told = measure(args.claims)
    print(told)
    rate = in_python(args.claims // 100)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"ratio of times, ten times the claims: {large / small:.1f}   limit 11   (peak {peak:.0f} MB)")
    print(
        f"the rules' relations in Python: {rate:,.0f} claims/s; DuckDB {args.claims / large / rate:.1f} times"
    )
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
