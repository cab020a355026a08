"""Walks a corpus through the levels, article by article."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hasila import collector, schema
from hasila.corpus import Corpus, open_corpus
from hasila.errors import HasilaError
from hasila.schema import Layer
from hasila.validate import meaning, references, relations, spans
from hasila.validate.bytes import MAX_DEPTH, Sheet, depth, is_symlink, leads_outside, read_article, records
from hasila.validate.problem import Log, Problem
from hasila.validate.references import Plan, Registry
from hasila.validate.relations import Figure
from hasila.validate.schema import REGISTRY, Shape, of_layers, of_record
from hasila.validate.spans import Page

Json = dict[str, Any]
ARTICLES = "dataset/articles.jsonl"
HAND, RULES = "hand", "rules"


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run has looked at."""

    articles: int
    annotations: int


class Run:
    """One validation: the corpus, its layers, and what has to be known across articles."""

    def __init__(self, corpus: Corpus) -> None:
        self.root = corpus.root
        self.log = Log()
        self.layers, self.own_layers_sound = self._layers()
        self.shapes = of_layers(self.layers)
        self.plans: dict[str, Plan] = {name: references.plan(layer) for name, layer in self.layers.items()}
        self.registry = Registry()
        self.relations: dict[str, Sheet] = {}
        self.wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
        """Figures that relations name, by origin and article."""
        self.figures: dict[tuple[str, str, str], Figure | None] = {}
        """The figures found, by origin, article and id; None where its line has a problem."""
        self.evidence: dict[str, list[tuple[Sheet, int, int]]] = defaultdict(list)
        """Evidence of relations, by article: sheet, record, position."""
        self.unused: set[tuple[int, str]] = set()
        """Names of the registry's entities that no article has had yet."""
        self.annotations = 0

    def _layers(self) -> tuple[dict[str, Layer], bool]:
        """The layers, the corpus's own included where they are sound."""
        folder = self.root / "schema" / "layers"
        try:
            layers = schema.layers(folder)
            of_layers(layers)
        except HasilaError as error:
            message = str(error)
            own = next(
                (p for p in sorted(folder.glob("*.schema.json")) if message.startswith(str(p))), folder
            )
            file = own.relative_to(self.root).as_posix()
            self.log.add("layer-schema-invalid", file, message.removeprefix(str(own)).lstrip(": "), line=1)
            return schema.layers(), False
        return layers, True

    def read(self, file: str, shape: Shape | None = None, *, annotations: bool = False) -> Sheet:
        """Levels 1 and 2 of one file: the records that pass both. A missing file has none.

        A ``shape`` is that of every record; with ``annotations`` it is that of each one's layer;
        with neither, level 2 is left out.
        """
        sheet = Sheet(file, self.log)
        path = self.root / file
        if is_symlink(self.root, file, self.log):
            sheet.lost = True
            return sheet
        if not path.is_file():
            return sheet
        numbers, raws, kept = sheet.numbers, sheet.raws, sheet.records
        valid = {name: one.valid for name, one in self.shapes.items()} if annotations else {}
        for number, raw, record in records(sheet, path):
            if annotations:
                layer = record.get("layer")
                check = valid.get(layer) if layer.__class__ is str else None
                good = check is not None and check(record)
            else:
                good = shape is None or shape.valid(record)
            if good:
                numbers.append(number)
                raws.append(raw)
                kept.append(record)
            else:
                self._explain(sheet, number, raw, record, shape)
        return sheet

    def _explain(self, sheet: Sheet, number: int, raw: bytes, record: Json, shape: Shape | None) -> None:
        # The bulk path does not count levels: what passes a schema is not deep.
        if (deep := depth(raw.decode("utf-8-sig"))) > MAX_DEPTH:
            message = f"the line is nested {deep} levels deep; {MAX_DEPTH} are allowed"
            sheet.line_problem("line-too-deep", number, message)
            sheet.lose(raw)
            return
        record = json.loads(raw.decode("utf-8-sig")) if b"\\u" not in raw else record
        id = record.get("id")
        failing = Sheet(sheet.file, self.log, [number], [raw], [record])
        if shape is None:
            layer = record.get("layer")
            shape = self.shapes.get(layer) if isinstance(layer, str) else None
            if shape is None and self.own_layers_sound:
                said = (
                    "lacks the key 'layer'"
                    if layer is None
                    else f"/layer: {layer!r:.80} is no layer of this corpus"
                )
                failing.report(
                    "schema-violation", 0, said, "layer", hint=f"Layers: {', '.join(self.shapes)}."
                )
        file = record.get("file") if sheet.file == ARTICLES else None
        if isinstance(file, str) and leads_outside(file):
            failing.report("path-outside", 0, f"/file: {file!r} leads out of the corpus", "file")
            shape = None
        for path, message, hint in shape.violations(record) if shape else ():
            failing.report("schema-violation", 0, message, *path, hint=hint)
        sheet.count += failing.count
        if isinstance(id, str) and not any("/id:" in p.message for p in self.log.problems[-failing.count :]):
            sheet.broken.add(id)
        else:
            sheet.lost = True

    def order(self, sheet: Sheet, shape: Shape | None = None) -> None:
        """The order of keys, and of lines, in a file that has no other problem."""
        if sheet.count:
            return
        before = -1
        for at, record in enumerate(sheet.records):
            one = shape or self.shapes[record["layer"]]
            if not one.in_order(record):
                wanted = ", ".join(key for key in one.keys if key in record)
                message = f"the keys are not in the order {wanted}"
                sheet.report("keys-unsorted", at, message, next(iter(record)))
            if shape is None:
                start = record["start"]
                if start <= before and self._rank(record) < self._rank(sheet.records[at - 1]):
                    shown = f"{record['id']} belongs before line {sheet.numbers[at - 1]}"
                    sheet.report("line-unsorted", at, shown, "start")
                    return
                before = start

    def _rank(self, record: Json) -> tuple[int, int, int, int]:
        number = int(record["id"].lstrip("abcdefghijklmnopqrstuvwxyz"))
        return record["start"], -record["end"], self.layers[record["layer"]].order, number

    def articles(self) -> tuple[Sheet, list[tuple[int, Json, Path | None]]]:
        """The listed articles: index in the sheet, record, path of the text where it can be read."""
        sheet = self.read(ARTICLES, of_record("article"))
        first = references.unique_ids(sheet)
        meaning.check_articles(sheet)
        found: list[tuple[int, Json, Path | None]] = []
        for at, record in enumerate(sheet.records):
            file = f"dataset/{record['file']}"
            if first[record["id"]] != at:
                continue
            if at in sheet.failed:
                found.append((at, record, self.root / file))
                continue
            if Path(file).stem != record["id"]:
                sheet.report(
                    "wrong-article",
                    at,
                    f"the id {record['id']!r} is not the stem of {record['file']!r}",
                    "id",
                )
            readable = not is_symlink(self.root, file, self.log)
            found.append((at, record, self.root / file if readable else None))
        if not sheet.records and not sheet.count and not sheet.lost:
            self.log.add("corpus-empty", ARTICLES, "no article is listed")
        return sheet, found

    def read_registry(self) -> bool:
        """The registry, where the corpus has one; whether it has."""
        for name in REGISTRY:
            file = f"annotations/registry/{name}.jsonl"
            if not (self.root / file).exists() and not (self.root / file).is_symlink():
                continue
            sheet = self.registry.sheets[name] = self.read(file, of_record(REGISTRY[name]))
            for record in sheet.records:
                self.registry.tables[name].setdefault(record["id"], record)
        references.check_registry(self.registry)
        meaning.check_registry(self.registry)
        entities = self.registry.sheets.get("entities")
        if entities is not None:
            self.unused = {(at, n) for at, record in enumerate(entities.records) for n in record["names"]}
        return bool(self.registry.sheets)

    def read_relations(self) -> None:
        """Levels 1 and 2 of the relations, and what they need of the articles."""
        for origin, file in (
            (HAND, "annotations/relations.jsonl"),
            (RULES, "annotations/rules/relations.jsonl"),
        ):
            sheet = self.relations[origin] = self.read(file, of_record("relation"))
            references.unique_ids(sheet)
            for at, record in enumerate(sheet.records):
                for end in (record["source"], record["target"]):
                    self.wanted[origin, end["article"]].add(end["id"])
                for position, place in enumerate(record["evidence"]):
                    self.evidence[place["article"]].append((sheet, at, position))

    def annotation_file(
        self, origin: str, article: str, page: Page | None, published: str | None, *, reading: bool
    ) -> None:
        """All levels of one article's annotations; a single ``reading`` stops at the links within it."""
        sheet = self.read(f"annotations/{origin}/{article}.jsonl", annotations=True)
        self.annotations += len(sheet.records)
        ids = references.unique_ids(sheet)
        if page is not None:
            spans.check(sheet, page, self.layers)
        registry = None if reading else self.registry
        references.check(sheet, article, ids, self.plans, registry)
        if not reading:
            meaning.check(sheet, published, ids, registry)
        self.order(sheet)
        for id in self.wanted.get((origin, article), ()):
            at = ids.get(id)
            if at is not None:
                usable = at not in sheet.failed
                self.figures[origin, article, id] = (
                    Figure(article, sheet.records[at], published) if usable else None
                )
            elif sheet.silent(id):
                self.figures[origin, article, id] = None

    def article_text(self, article: str, page: Page) -> None:
        """What other files say of the text of one article: evidence, names."""
        for sheet, at, position in self.evidence.get(article, ()):
            place = sheet.records[at]["evidence"][position]
            wrong = spans.span_problem(page, place["start"], place["end"], place["text"], whole_words=False)
            if wrong and at not in sheet.failed:
                where = f"evidence.{position} in {article}"
                sheet.report(wrong[0], at, f"{where}: {wrong[1]}", "evidence", hint=wrong[2])
        if self.unused:
            flat = " ".join(page.text.split())
            self.unused = {one for one in self.unused if " ".join(one[1].split()) not in flat}

    def check_relations(self, listed: Sheet) -> None:
        """Levels 4 and 5 of the relations, once all articles are read."""
        ids = {record["id"] for record in listed.records}
        for origin, sheet in self.relations.items():
            ends: dict[int, relations.Ends] = {}
            for at, record in enumerate(sheet.records):
                if at in sheet.failed:
                    continue
                found = []
                for name in ("source", "target"):
                    article, id = record[name]["article"], record[name]["id"]
                    if article not in ids and listed.silent(article):
                        continue
                    if (origin, article, id) not in self.figures:
                        missing = f"no {id!r} in annotations/{origin}/{article}.jsonl"
                        shown = missing if article in ids else f"no article {article!r}"
                        sheet.report("dangling-reference", at, f"{name}: {shown}", name)
                        break
                    figure = self.figures[origin, article, id]
                    if figure is not None and figure.record["layer"] != "figure":
                        shown = f"{name}: {id!r} is of layer {figure.record['layer']}, not figure"
                        sheet.report("reference-wrong-layer", at, shown, name)
                        break
                    if figure is not None:
                        found.append(figure)
                else:
                    unknown = [p["article"] for p in record["evidence"] if p["article"] not in ids]
                    if unknown and not listed.silent(unknown[0]):
                        sheet.report(
                            "dangling-reference", at, f"evidence: no article {unknown[0]!r}", "evidence"
                        )
                if len(found) == 2:
                    ends[at] = found[0], found[1]
            relations.check(sheet, ends, self.registry)
            self.order(sheet, of_record("relation"))


def _origins(root: Path) -> Iterator[tuple[str, bool]]:
    """Folders of annotation files, and whether each is a single reading."""
    folder = root / "annotations"
    for name in (HAND, RULES):
        if (folder / name).is_dir():
            yield name, False
    if (folder / "passes").is_dir():
        for one in sorted((folder / "passes").iterdir()):
            if one.is_dir():
                yield f"passes/{one.name}", True


def _check_listed(run: Run, listed: Sheet, origins: list[str]) -> None:
    """Every text and every annotation file belongs to a listed article."""
    if listed.lost:
        return
    known = {record["id"] for record in listed.records} | listed.broken
    files = {record["file"] for record in listed.records}
    for path in sorted((run.root / "dataset" / "raw").glob("*.txt")):
        if f"raw/{path.name}" not in files and path.stem not in known:
            run.log.add(
                "article-unlisted", f"dataset/raw/{path.name}", "the text is not listed in articles.jsonl"
            )
    for origin in origins:
        for path in sorted((run.root / "annotations" / origin).glob("*.jsonl")):
            if path.stem not in known and path.stem not in ("adjudications", "relations"):
                file = path.relative_to(run.root).as_posix()
                run.log.add("article-unlisted", file, f"articles.jsonl lists no {path.stem!r}")


def check_corpus(path: str | Path | None = None, *, release: bool = False) -> tuple[list[Problem], Counts]:
    """Every problem of a corpus by file and line, and what was looked at.

    Raises:
        HasilaError: there is no corpus at ``path``.
    """
    corpus = open_corpus(path)
    with collector.held():  # a third of the time otherwise
        run, counts = _levels_1_to_5(corpus)
    if release and not run.log.problems:
        from hasila.validate.release import check as check_release

        check_release(corpus, run.log)
    return run.log.sorted(), counts


def _levels_1_to_5(corpus: Corpus) -> tuple[Run, Counts]:
    run = Run(corpus)
    listed, articles = run.articles()
    has_registry = run.read_registry()
    run.read_relations()
    origins = list(_origins(run.root))
    _check_listed(run, listed, [origin for origin, _ in origins])
    for at, record, file in articles:
        text = None
        if file is not None:
            name = file.relative_to(run.root).as_posix()
            text = read_article(file, name, record, run.log, listed.numbers[at])
        page = Page(text) if text is not None else None
        published = record["published"] if at not in listed.failed else None
        for origin, reading in origins:
            run.annotation_file(origin, record["id"], page, published, reading=reading)
        if page is not None:
            run.article_text(record["id"], page)
        else:
            run.unused.clear()
    run.check_relations(listed)
    if has_registry and run.unused and not listed.lost and not listed.broken:
        meaning.check_names(run.registry, sorted(run.unused))
    for name in REGISTRY:
        if name in run.registry.sheets:
            run.order(run.registry.sheets[name], of_record(REGISTRY[name]))
    run.order(listed, of_record("article"))
    for file in sorted((run.root / "annotations").rglob("adjudications.jsonl")):
        run.read(file.relative_to(run.root).as_posix())
    return run, Counts(len(articles), run.annotations)
