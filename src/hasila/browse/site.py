"""Writes the site: one page an article, the figures, the referents and events, the search, the charts."""

from __future__ import annotations

import base64
import hashlib
import re
import urllib.parse
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hasila.annotation import Annotation
from hasila.atomic import new_directory, write_file
from hasila.browse import mentions, notes, search, timeline
from hasila.browse.article import page as article_page
from hasila.browse.article import related_figures
from hasila.browse.claims import AGAINST, Claim, claims, labels, side_name
from hasila.browse.text import direction
from hasila.corpus import Article, Corpus
from hasila.errors import HasilaError, MissingExtra
from hasila.schema import Layer, record

Json = dict[str, Any]
HERE = Path(__file__).parent
MARKER = ".hasila-site"
ORIGINS = {"hand": "Hand", "rules": "Rules"}
"""The folders of ``annotations/`` that the site shows, in order of preference."""


@dataclass(frozen=True, slots=True)
class Site:
    """What was written: the folder, and the bytes of each page."""

    root: Path
    pages: dict[str, int]


def build(corpus: Corpus, out: Path) -> Site:
    """Write the site of ``corpus`` to ``out``, whole or not at all.

    Raises:
        HasilaError: ``out`` holds something else, or an annotation does not fit its text.
        MissingExtra: jinja2, altair or vl-convert-python is not installed.
    """
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARKER).is_file())):
        raise HasilaError(f"{out}: holds other files; name a new or empty folder, or an earlier site")
    from hasila.browse import charts

    with new_directory(out) as folder:
        writer = _Writer(corpus, folder)
        writer.check()
        images = charts.write(corpus, folder / "charts")
        writer.all_pages(images)
        write_file(folder / MARKER, "A site that `hasila browse` wrote; it may be replaced.\n")
    return Site(out, writer.sizes)


class _Writer:
    """The templates, and what all pages share."""

    def __init__(self, corpus: Corpus, folder: Path) -> None:
        try:
            import jinja2
        except ImportError as error:
            raise MissingExtra("jinja2", "browse") from error
        self.corpus, self.folder = corpus, folder
        self.sizes: dict[str, int] = {}
        self.environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals |= {
            "side_name": lambda side: side_name(corpus, side),
            "day": timeline.day_name,
        }
        self.environment.filters |= {"slug": urllib.parse.quote, "data": notes.data, "direction": direction}
        folders = {origin: corpus.root / "annotations" / origin for origin in ORIGINS}
        self.origins = [
            origin
            for origin, folder in folders.items()
            if any((folder / f"{article}.jsonl").is_file() for article in corpus.articles)
        ] or list(ORIGINS)[:1]
        self.present: dict[str, set[str]] = {origin: set() for origin in self.origins}
        self.files = page_names(corpus.articles)

    def write(self, name: str, template: str, script: str = "", style: str = "", **context: Any) -> None:
        """Render one page with its styles and script inside, and a policy that allows no others."""
        styles = [(HERE / "static" / "site.css").read_text(encoding="utf-8"), *([style] if style else [])]
        scripts = [(HERE / "static" / script).read_text(encoding="utf-8")] if script else []
        html = self.environment.get_template(template).render(
            **context,
            corpus=self.corpus,
            origins=self.origins,
            titles=ORIGINS,
            files=self.files,
            page=name,
            up="../" * name.count("/"),
            styles=styles,
            scripts=scripts,
            policy=policy(styles, scripts),
        )
        content = html.encode("utf-8", "replace")
        write_file(self.folder / name, content)
        self.sizes[name] = len(content)

    def check(self) -> None:
        """Read every annotation once: nothing else has to doubt them, and who has which layers is known."""
        for article in self.corpus.stream():
            for origin in self.origins:
                self.present[origin].update(one.layer for one in self.annotations(article, origin))

    def origin_of(self, layer: str) -> str:
        """The origin that the pages on one layer show: the first that has any of it."""
        return next((origin for origin in self.origins if layer in self.present[origin]), self.origins[0])

    def prefix(self, layer: str) -> str:
        """What stands before an id in the address of an annotation of that origin."""
        origin = self.origin_of(layer)
        return "" if origin == self.origins[0] else f"{origin}:"

    def all_pages(self, images: dict[str, Json]) -> None:
        """Every page; articles are read one after the other."""
        overview: list[Json] = []
        searched: list[Json] = []
        by_ends = {claim.ends: claim for claim in self.claims}
        by_article: dict[str, list[Claim]] = {}
        for claim in self.claims:
            by_article.setdefault(claim.article, []).append(claim)
        for article in self.corpus.stream():
            found = {origin: self.annotations(article, origin) for origin in self.origins}
            related = related_figures(
                by_article.get(article.id, ()), by_ends, self.files, self.prefix("figure")
            )
            view = article_page(self.corpus, article, found, {self.origin_of("figure"): related})
            name = f"articles/{self.files[article.id]}"
            self.write(name, "article.html", "article.js", view.style, view=view)
            counts = {origin: Counter(a.layer for a in some) for origin, some in found.items()}
            overview.append({"article": article, "title": view.title, "counts": counts})
            searched.append(search.index(self.corpus, article.id, article.text, found))
        self.write("index.html", "index.html", rows=overview, layers=self.corpus.layers)
        self.figures()
        for part, layer, name in (("entities", "entity", "referents"), ("events", "event", "events")):
            above = "part_of" if part == "events" else "speaks_for"
            self.write(
                f"{name}.html",
                "mentions.html",
                "mentions.js",
                part=part,
                what=name,
                prefix=self.prefix(layer),
                index=mentions.gather(self.corpus, self.origin_of(layer), layer, part),
                below=mentions.children(self.corpus.registry[part].values(), above),
            )
        content = {
            "fold": search.folding(),
            "articles": searched,
            "files": self.files,
            "layers": {name: notes.label_titles(layer) for name, layer in self.corpus.layers.items()},
        }
        self.write("search.html", "search.html", "search.js", layers=self.corpus.layers, content=content)
        self.write("charts.html", "charts.html", images=images)

    @cached_property
    def claims(self) -> list[Claim]:
        """The figures, of the first origin that has any."""
        return claims(self.corpus, self.origin_of("figure"))

    def annotations(self, article: Article, origin: str) -> list[Annotation]:
        """One article's annotations, each known to have its layer's fields and to lie in its text."""
        path = self.corpus.root / "annotations" / origin / f"{article.id}.jsonl"
        try:
            found = self.corpus.read_annotations(article.id, origin)
            wrong = next((one.id for one in found if not _fits(one, article.text, self.corpus.layers)), None)
        except (KeyError, TypeError, AttributeError) as error:
            raise HasilaError(f"{path}: malformed ({error}); `hasila validate` says where") from error
        if wrong is not None:
            raise HasilaError(f"{path}: {wrong} does not fit its text or schema; `hasila validate` says why")
        return found

    def figures(self) -> None:
        """The timeline, the table of keys and the contradictions."""
        made = self.claims
        by_ends = {claim.ends: claim for claim in made}
        keys: dict[str, list[Claim]] = {}
        for claim in sorted(made, key=lambda c: (c.date or "", c.ends)):
            keys.setdefault(claim.fields.get("key") or "", []).append(claim)
        voices = sorted({(len(c.sigil), c.sigil, c.voice) for c in made})
        relation = next(f.type for f in record("relation") if f.name == "type")
        self.write(
            "figures.html",
            "figures.html",
            "figures.js",
            claims=made,
            prefix=self.prefix("figure"),
            by_ends=by_ends,
            panels=timeline.panels(made),
            sides=[side for side, _ in Counter(c.fields["side"] for c in made).most_common()],
            voices=[(sigil, voice) for _, sigil, voice in voices],
            keys=sorted(keys.items(), key=lambda item: (-len(item[1]), item[0])),
            label={name: labels(name) for name in ("category", "stance", "factuality", "measure")},
            relation={x.name: (x.title, x.description) for x in relation.labels},
            against=[
                (claim, link, by_ends[link.article, link.id])
                for kind in AGAINST
                for claim in made
                for link in claim.relations
                if link.outgoing and link.type == kind and (link.article, link.id) in by_ends
            ],
        )


def _fits(annotation: Annotation, text: str, layers: Mapping[str, Layer]) -> bool:
    """Whether an annotation lies in the text and has its layer's fields with known labels."""
    layer = layers.get(annotation.layer)
    if layer is None or not annotation.text or text[annotation.start : annotation.end] != annotation.text:
        return False
    if any(field.required and field.name not in annotation.fields for field in layer.fields):
        return False
    values = [(field.type, annotation.get(field.name)) for field in layer.fields]
    return all(
        value in kind.label_names or (value is None and kind.nullable)
        for kind, value in values
        if kind.kind == "label"
    )


def page_names(articles: Iterable[str]) -> dict[str, str]:
    """A file name for every article: its id where that is one, else a number."""
    safe = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,199}")
    return {
        name: f"{name}.html" if safe.fullmatch(name) else f"_{number}.html"
        for number, name in enumerate(articles)
    }


def policy(styles: list[str], scripts: list[str]) -> str:
    """The Content-Security-Policy of a page: its own styles and script by their hashes, nothing else."""

    def hashes(parts: list[str]) -> str:
        digests = (base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in parts)
        return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"

    return (
        f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
