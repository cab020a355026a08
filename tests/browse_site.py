"""A corpus whose text and annotations try to be markup."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

HOSTILE = (
    "<script>document.title = 'taken'</script> قال\n"
    '"><img src=x onerror="document.title=\'taken\'"> </p></section></textarea></title></script>\n'
    "\n"
    "قال \u202eالناطق\u202c إن \u2066العدد\u2069 هو 12\u200f قتيلا {{ 7 * 7 }} {% raw %} ${document.title}\n"
    "خبر &lt;b&gt; &amp; ]]> <!-- -->\n"
    '@meena: "نص" 🙏🏽 https://example.org/?a=1&b=2 https://t.co/x\n'
)


def hostile_corpus(root: Path) -> Path:
    """Write the corpus below ``root``."""
    raw = HOSTILE.encode()
    article = {
        "id": "hostile", "file": "raw/hostile.txt", "sha256": hashlib.sha256(raw).hexdigest(),
        "title": "<script>document.title='taken'</script>", "publisher": "</title><img src=x onerror=a(1)>",
        "published": "2020-01-01\"><img src=x>", "language": "ar\" onload=\"alert(1)", "split": "<b>",
    }  # fmt: skip
    start = HOSTILE.index("<script>")
    end = HOSTILE.index("</script>") + len("</script>")
    evil = "<img src=x onerror=\"document.title='taken'\">"
    common = {"start": start, "end": end, "text": HOSTILE[start:end]}
    common["provenance"] = {"method": "hand", "annotator": evil}
    figure = {
        "category": "killed", "side": evil, "subgroup": evil, "measure": "stock", "key": evil, "low": 1,
        "high": 2, "comparator": "range", "vague": None, "number": None, "as_of": evil, "as_of_basis": None,
        "said_on": None, "event_ref": evil, "quotation": None, "originator": evil, "originator_type": None,
        "originator_basis": "context", "stance": "deny", "factuality": "Uu",
    }  # fmt: skip
    lines = [
        {"id": "e1", "layer": "entity", **common, "type": "ORG", "level": "NAM", "ref": evil, "norm": evil},
        {"id": "e2", "layer": "entity", **common, "type": "ORG", "level": "NAM", "ref": None, "norm": None},
        {"id": "f1", "layer": "figure", **common, **figure, "note": evil},
    ]
    entity = {"id": evil, "names": [evil], "name_en": evil, "type": evil, "description": evil}
    files = {
        "dataset/raw/hostile.txt": HOSTILE,
        "dataset/articles.jsonl": json.dumps(article),
        "annotations/hand/hostile.jsonl": "\n".join(map(json.dumps, lines)),
        "annotations/registry/entities.jsonl": json.dumps({**entity, "speaks_for": None}),
        "annotations/registry/events.jsonl": json.dumps({**entity, "place": evil, "part_of": evil}),
    }
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content.encode())
    return root
