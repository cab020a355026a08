"""Print the README's command lines: the fenced ``sh`` blocks of its section Start, a line each."""

import re
import sys
from pathlib import Path

readme = Path(__file__).parents[1] / "README.md"
section = re.search(r"^## Start\n(.*?)^## ", readme.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
if not section:
    sys.exit("README.md has no section Start")
print("\n".join(re.findall(r"^```sh\n(.+)\n```$", section[1], re.MULTILINE)))
