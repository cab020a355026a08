"""Documents with generated parts: what stands between two markers is rewritten, the rest is prose.

``<!-- generated: NAME -->`` opens a part, ``<!-- end -->`` closes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from hasila.errors import HasilaError

Block = Callable[[], str]

_PART = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def fill(text: str, blocks: Mapping[str, Block], name: str) -> str:
    """Return ``text`` with every generated part rendered anew.

    Raises:
        HasilaError: the document ``name`` asks for a part that does not exist.
    """

    def render(found: re.Match[str]) -> str:
        if found[2] not in blocks:
            known = ", ".join(sorted(blocks))
            raise HasilaError(f"{name}: there is no generated part {found[2]!r} (there are {known})")
        return f"{found[1]}{blocks[found[2]]().rstrip()}\n{found[3]}"

    return _PART.sub(render, text)


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; numbers are right-aligned, None is an en dash."""
    titles = list(head)
    cells = [["–" if cell is None else str(cell) for cell in row] for row in rows]
    numeric = [
        bool(cells) and all(re.fullmatch(r"[–\d.,% \[\]-]*", row[i]) for row in cells)
        for i in range(len(titles))
    ]
    lines = [titles, ["---:" if right else "---" for right in numeric], *cells]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
