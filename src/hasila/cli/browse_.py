"""``hasila browse``: a static site to read a corpus."""

from __future__ import annotations

import argparse
import sys
import webbrowser
from pathlib import Path

from hasila.corpus import open_corpus


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``hasila browse`` takes."""
    add = parser.add_argument
    add("corpus", nargs="?", metavar="CORPUS", help="a corpus directory; the packaged one where left out")
    add("--out", type=Path, default=Path("site"), metavar="DIR", help="write the site to DIR (default: site)")
    add("--open", action="store_true", help="then open it in the web browser")
    add("--charts", type=Path, metavar="DIR", help="write the charts alone, as SVG and PNG, to DIR")


def run(args: argparse.Namespace) -> int:
    """Write the site: 0 done."""
    corpus = open_corpus(args.corpus)
    if args.charts is not None:
        from hasila.browse import charts

        for name in charts.write(corpus, args.charts):
            print(args.charts / f"{name}.svg")
        return 0
    from hasila.browse.site import build

    site = build(corpus, args.out)
    largest = max(site.pages, key=lambda name: site.pages[name])
    print(
        f"{len(site.pages)} pages, {sum(site.pages.values()) // 1000} kB; "
        f"the largest is {largest} with {site.pages[largest] // 1000} kB",
        file=sys.stderr,
    )
    index = (site.root / "index.html").resolve()
    print(index)
    if args.open:
        webbrowser.open(index.as_uri())
    return 0
