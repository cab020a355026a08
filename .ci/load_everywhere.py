"""Load every config of a clone with the installed version of ``datasets``, at once and streaming.

    python .ci/load_everywhere.py CLONE

It needs ``datasets`` alone, not hasila, so that it runs in an environment of any version since 2.21. Each
line gives config, split, rows, and a digest of the features in their common form and of the rows; the digests
are the same for every version. The exit status is 1 if a config does not load or its two ways differ.

Environments that it was tried in, none with a pin but that of datasets (`pip install datasets==2.21.*`):
datasets 2.21.0 (fsspec 2024.6.1), 3.6.0 (fsspec 2025.3.0) and 5.2.0 (fsspec 2026.9.0), each with pyarrow
26.0.1, numpy 2.4.6, pandas 3.1.1 and huggingface_hub 2.4.0.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ["HF_HOME"] = tempfile.mkdtemp(prefix="hasila-hf-")
os.environ["HF_HUB_OFFLINE"] = os.environ["HF_DATASETS_OFFLINE"] = "1"

import datasets

datasets.disable_progress_bars()


def plain(feature: object) -> object:
    """A feature in a form that is the same in every version."""
    if isinstance(feature, datasets.ClassLabel):
        return {"labels": feature.names}
    if isinstance(feature, datasets.Value):
        return feature.dtype
    if isinstance(feature, dict):
        return {name: plain(value) for name, value in feature.items()}
    inner = feature[0] if isinstance(feature, list) else feature.feature
    return [plain(inner)]


def digest(value: object) -> str:
    """Eight hexadecimal digits of a JSON value."""
    return hashlib.sha256(json.dumps(value, default=str).encode()).hexdigest()[:8]


def main(clone: Path) -> int:
    """Load and print everything; return the exit status."""
    print("datasets", datasets.__version__, file=sys.stderr)
    failed = 0
    names = datasets.get_dataset_config_names(str(clone))
    for name in names:
        loaded = datasets.load_dataset(str(clone), name)
        streams = datasets.load_dataset(str(clone), name, streaming=True)
        for split, whole in loaded.items():
            rows = list(whole)
            same = rows == list(streams[split]) and plain(whole.features) == plain(streams[split].features)
            failed += not same
            print(
                f"{name:20} {split:10} {len(rows):6}  features {digest(plain(dict(whole.features)))}"
                f"  rows {digest(rows)}{'' if same else '  STREAM DIFFERS'}"
            )
    return 1 if failed or not names else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
