"""One annotation: a span of an article with the fields of its layer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hasila.schema import Layer, layers

HEAD = ("article", "id", "layer", "start", "end", "text")


@dataclass(slots=True)
class Annotation:
    """A span in code points, half-open, and everything that its layer says of it.

    ``fields`` holds the layer's fields, ``rest`` the common ones behind them
    (``provenance``, ``flags``, ``copy_of``, ``confidence``, ``note``).
    """

    id: str
    layer: str
    start: int
    end: int
    text: str
    fields: dict[str, Any] = field(default_factory=dict)
    rest: dict[str, Any] = field(default_factory=dict)
    article: str | None = None

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def get(self, name: str, default: Any = None) -> Any:
        """A field of the layer or a common one, or ``default``."""
        if name in self.fields:
            return self.fields[name]
        return self.rest.get(name, default)

    @property
    def span(self) -> tuple[int, int]:
        """``(start, end)``."""
        return self.start, self.end

    @classmethod
    def from_dict(cls, line: Mapping[str, Any], article: str | None = None) -> Annotation:
        """Build from a line's object, as it stands in a file."""
        layer = layers().get(line["layer"])
        common = {f.name for f in layer.common} if layer else {"provenance", "note"}
        fields = {k: v for k, v in line.items() if k not in common and k not in HEAD}
        rest = {k: v for k, v in line.items() if k in common and k not in HEAD}
        return cls(
            line["id"], line["layer"], line["start"], line["end"], line["text"],
            fields, rest, line.get("article", article),
        )  # fmt: skip

    def to_dict(self, layer: Layer | None = None, *, with_article: bool = False) -> dict[str, Any]:
        """The line's object, keys in schema order."""
        shape = layer or layers()[self.layer]
        values = {
            "article": self.article, "id": self.id, "layer": self.layer,
            "start": self.start, "end": self.end, "text": self.text, **self.fields, **self.rest,
        }  # fmt: skip
        if not with_article or self.article is None:
            del values["article"]
        return {key: values[key] for key in shape.keys if key in values}

    def to_json(self, layer: Layer | None = None, *, with_article: bool = False) -> str:
        """The line as it is written: UTF-8 unescaped, no newline."""
        return json.dumps(self.to_dict(layer, with_article=with_article), ensure_ascii=False)


def sort_key(annotation: Annotation) -> tuple[int, int, int, int]:
    """The order of lines in a file: start, longest first, layer, id."""
    number = int("".join(c for c in annotation.id if c.isdigit()) or 0)
    layer = layers().get(annotation.layer)
    return annotation.start, -annotation.end, layer.order if layer else 99, number


def to_lines(annotations: Iterable[Annotation], known: Mapping[str, Layer] | None = None) -> str:
    """The text of an annotation file: one sorted line each, LF."""
    shapes = known or layers()
    ordered = sorted(annotations, key=sort_key)
    return "".join(a.to_json(shapes.get(a.layer)) + "\n" for a in ordered)
