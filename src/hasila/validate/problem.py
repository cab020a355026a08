"""Problems and their catalogue: every code with its level, what it says and what to do.

A code is stable: tools may filter on it. ``docs/validation.md`` lists them (``documentation``), and each has
a case in ``tests/cases/``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

LEVELS = {1: "bytes", 2: "schema", 3: "spans", 4: "references", 5: "meaning", 6: "release"}


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem."""

    level: int
    summary: str
    hint: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a corpus.

    ``file`` is relative to the corpus, with ``/``. ``line`` and ``column`` count from 1, columns in
    code points; ``line``, ``column`` and ``id`` are None where they are not known or make no sense.
    """

    code: str
    level: int
    file: str
    line: int | None
    column: int | None
    id: str | None
    message: str
    hint: str

    def to_dict(self) -> dict[str, Any]:
        """The same names as JSON keys."""
        return asdict(self)


CODES: dict[str, Code] = {
    # 1 bytes
    "corpus-empty": Code(1, "The corpus lists no article.", "Add articles with `hasila init`."),
    "path-outside": Code(
        1,
        "A path leads out of the corpus.",
        "Write the path of a file under dataset/raw/, such as raw/001.txt.",
    ),
    "path-symlink": Code(
        1, "A file or folder of the corpus is a symbolic link.", "Put the file itself in its place."
    ),
    "bytes-not-utf8": Code(1, "The bytes are no UTF-8.", "Save the file as UTF-8."),
    "bytes-bom": Code(1, "The file begins with a byte order mark.", "Save it as UTF-8 without BOM."),
    "bytes-crlf": Code(
        1,
        "A carriage return stands in the file.",
        "End lines with LF alone (git: `-text` in .gitattributes).",
    ),
    "bytes-no-newline": Code(1, "The last line does not end in a newline.", "End the file with one LF."),
    "line-blank": Code(1, "A line is blank.", "Take the line out: a line is one JSON object."),
    "line-too-long": Code(
        1, "A line is longer than 1 MB.", "Look for a missing line break; no annotation is that long."
    ),
    "line-too-deep": Code(1, "A line is nested too deeply.", "No record nests deeper than a few levels."),
    "line-not-json": Code(
        1, "A line is no JSON.", "Mend the line, or write it with `hasila place` or a JSON library."
    ),
    "line-not-object": Code(1, "A line is JSON, but no object.", "Write one {…} a line."),
    "line-duplicate-key": Code(1, "An object has the same key twice.", "Keep the one that is meant."),
    "line-nan": Code(1, "NaN or Infinity, which JSON does not know.", "Write null where a value is unknown."),
    "line-surrogate": Code(
        1, "Half of a surrogate pair is escaped alone.", "Write the character itself, unescaped, in UTF-8."
    ),
    "line-unsorted": Code(
        1,
        "A line is out of order.",
        "Sort lines by start, longest first, then layer and id, so that a diff shows an edit as a line.",
    ),
    "keys-unsorted": Code(
        1, "The keys of a line are not in the order of the schema.", "Write them in that order."
    ),
    "article-missing": Code(
        1, "The text of a listed article is missing.", "Put the file back, or drop the line."
    ),
    "article-changed": Code(
        1,
        "An article's text is not the one that was listed: sha256, bytes or chars differ.",
        "Bring the text back; if the change is meant, place its annotations anew and update articles.jsonl.",
    ),
    "article-unlisted": Code(
        1,
        "A text or annotation file belongs to no listed article.",
        "Add the article to articles.jsonl, or remove it.",
    ),
    # 2 schema
    "schema-violation": Code(2, "A record breaks its JSON Schema.", "See the layer's file in schema/."),
    "layer-schema-invalid": Code(
        2, "A layer of the corpus's own cannot be used.", "docs/validation.md shows a whole layer file."
    ),
    # 3 spans
    "span-empty": Code(
        3, "A span covers nothing: end is not after start.", "Spans are half-open, [start, end)."
    ),
    "span-out-of-range": Code(
        3, "A span ends behind the end of the article.", "Count code points from the start of the file."
    ),
    "span-text-mismatch": Code(
        3,
        "The text of a span is not what stands there.",
        "text is article[start:end], in code points, unchanged.",
    ),
    "span-edge-space": Code(3, "A span begins or ends with white space.", "Leave white space outside."),
    "span-cuts-character": Code(
        3,
        "A span begins or ends inside what a reader sees as one character.",
        "Keep diacritics with their letter, and an emoji whole.",
    ),
    "span-cuts-word": Code(
        3,
        "Between the beginning of the word and that of the span stands more than proclitics.",
        "Only و ف ب ل ك س, tatweel, digits and punctuation stay outside; ال is inside.",
    ),
    "span-not-cover": Code(
        3,
        "A quotation's span is not the smallest that covers source, cue and content.",
        "Let it start with the first of them and end with the last.",
    ),
    "zone-overlap": Code(3, "Two zones overlap.", "A line belongs to one zone."),
    "zone-not-lines": Code(
        3, "A zone does not cover whole lines.", "Begin and end it with a line (blanks aside)."
    ),
    "zone-gap": Code(
        3, "A line of the article is in no zone.", "Every line that is not blank belongs to a zone."
    ),
    # 4 references
    "duplicate-id": Code(4, "An id is used twice.", "Give the newer record the next free number."),
    "duplicate-annotation": Code(
        4, "The same annotation stands twice: layer, span and fields are equal.", "Take one of them out."
    ),
    "wrong-article": Code(
        4,
        "A record names another article than the file that it stands in.",
        "The id is the file's name without .txt.",
    ),
    "dangling-reference": Code(4, "A reference leads to nothing.", "Mend the id, or add what it names."),
    "reference-wrong-layer": Code(
        4,
        "A reference leads to a record of the wrong kind.",
        "See the scheme for what the field may point to.",
    ),
    "reference-cycle": Code(4, "References lead in a circle.", "Break it where the direction is wrong."),
    "copy-misplaced": Code(
        4,
        "copy_of stands on something that is no zone, or names a zone that is not earlier.",
        "Only a zone repeats others, and they come first; their annotations are projected when published.",
    ),
    "copy-mismatch": Code(
        4,
        "A copy does not repeat the words of the zones in copy_of (white space, punctuation, symbols aside).",
        "Name the zones that it repeats, or annotate it as a zone of its own; a teaser may be cut off.",
    ),
    # 5 meaning
    "bounds-reversed": Code(5, "low is greater than high.", "Swap them."),
    "comparator-mismatch": Code(
        5,
        "The bounds do not fit the comparator.",
        "exact, approx: low = high. at_least, more_than: low alone. at_most, less_than: high alone. "
        "range: both. vague: neither.",
    ),
    "vague-mismatch": Code(
        5,
        "`vague` and the comparator disagree.",
        "`vague` is set where the comparator is vague, and only there.",
    ),
    "number-text-mismatch": Code(
        5, "A number in digits has another value than its text.", "low or high is the written value."
    ),
    "figure-number-mismatch": Code(
        5, "A figure and its number disagree.", "low, high, comparator and vague of both are the same."
    ),
    "figure-key-mismatch": Code(
        5,
        "A figure differs from its key.",
        "event, category, side, subgroup and measure of both are the same.",
    ),
    "date-invalid": Code(5, "No such day in the calendar.", "Dates are YYYY-MM-DD."),
    "date-after-publication": Code(
        5, "A figure knows of a day after its article's publication.", "Check as_of, said_on and published."
    ),
    "published-out-of-bounds": Code(
        5, "published is not between its earliest and latest day.", "Mend one of the three dates."
    ),
    "timex-malformed": Code(
        5,
        "A time value is no TIMEX3 value.",
        "Such as 2022-01-20, 2022-W03, 2022-01-20TEV, P3Y, PXY, PAST_REF.",
    ),
    "timex-type-mismatch": Code(
        5,
        "A time value belongs to another type.",
        "DATE: a day or larger. TIME: with T. DURATION, SET: with P or X.",
    ),
    "annotation-misplaced": Code(
        5,
        "An annotation stands where nothing is annotated: in boilerplate, or in a copy.",
        "Annotate the first occurrence only; in boilerplate annotate nothing but the zone.",
    ),
    "key-duplicate": Code(5, "Two figure keys count the same.", "Merge them: the five fields make the key."),
    "registry-name-unused": Code(
        5, "A name of the registry occurs in no article.", "List names as the articles write them."
    ),
    "sum-mismatch": Code(
        5,
        "The parts of a SUM_OF do not add up to its total.",
        "Check the values, and that the group is complete.",
    ),
    "relation-self": Code(5, "A relation joins a figure to itself.", "Name two figures."),
    "relation-duplicate": Code(
        5, "A relation is stored twice.", "Store it once; SUM_OF leaves no room for SUBSET_OF beside it."
    ),
    "relation-direction": Code(
        5,
        "A symmetric relation runs from the earlier figure to the later.",
        "Store it from the later article to the earlier, then from the later id to the earlier.",
    ),
    "relation-fields": Code(
        5,
        "strength or group does not belong to this type of relation, or is missing.",
        "strength belongs to CONTRADICTS, group to SUM_OF, and to these alone.",
    ),
    "relation-key": Code(
        5, "The figures of a relation count different things.", "Their keys must be the same."
    ),
    "relation-voice": Code(
        5,
        "The voices of a relation's figures do not fit its type.",
        "RESTATES, ROUNDS, UPDATES: one voice; CONTRADICTS, COMPATIBLE: two; CORROBORATES: independent ones.",
    ),
    "relation-value": Code(
        5,
        "The values of a relation's figures do not fit its type.",
        "See the definitions in the scheme, section 3.",
    ),
    "relation-time": Code(
        5,
        "The dates of a relation's figures do not fit its type.",
        "See the definitions in the scheme, section 3.",
    ),
    "relation-stance": Code(
        5,
        "The source of a DENIES or DECLINES does not have that stance.",
        "Mend the figure's stance or the type.",
    ),
    # 6 release
    "release-split-changed": Code(
        6, "An article has left the split of the last release.", "Splits are stable: put it back."
    ),
    "release-id-gone": Code(
        6,
        "A released id is gone.",
        "Bring it back; where it was a mistake, retire it with `hasila.release.freeze(corpus, retire=…)`.",
    ),
    "release-id-reused": Code(
        6,
        "A released id names something else now.",
        "Ids are never renumbered or reused: take the next free one.",
    ),
    "release-labels-changed": Code(
        6,
        "A released list of labels is not kept.",
        "Add new labels behind the old ones; rename and remove none.",
    ),
    "release-stale": Code(
        6,
        "A generated file is not what the sources give.",
        "Run `hasila annotate` and `hasila publish`, commit both.",
    ),
}


class Log:
    """Collects the problems of one run."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(
        self,
        code: str,
        file: str,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
        id: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Note a problem; level and, where none is given, hint come from the catalogue."""
        known = CODES[code]
        self.problems.append(Problem(code, known.level, file, line, column, id, message, hint or known.hint))

    def sorted(self) -> list[Problem]:
        """All of them by file and line."""
        return sorted(self.problems, key=lambda p: (p.file, p.line or 0, p.column or 0, p.code))
