"""Upload of a published corpus to a dataset repository on the Hugging Face Hub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hasila.errors import HasilaError
from hasila.publish.configs import FOLDER

if TYPE_CHECKING:
    from huggingface_hub import HfApi

UPLOADED = (
    "README.md", "CITATION.cff", "CHANGELOG.md", "LICENSE*", "croissant.json",
    "dataset/*", "annotations/*", "schema/*",
)  # fmt: skip
"""What of a corpus goes up, as patterns; ``*`` reaches into folders."""


def account() -> HfApi:
    """The Hub with the user's token.

    Raises:
        HasilaError: there is no token; the message says where to get and put one.
    """
    import huggingface_hub

    token = huggingface_hub.get_token()
    if not token:
        raise HasilaError(
            "no token for the Hugging Face Hub, so nothing was written or uploaded; make one with write "
            "access (huggingface.co, Settings, Access Tokens), then run `hf auth login` or set HF_TOKEN"
        )
    return huggingface_hub.HfApi(token=token)


def push(api: HfApi, folder: Path, repository: str) -> str:
    """Upload the corpus at ``folder`` in one commit and return where it went.

    A repository that does not exist yet is made, private. Parquet files of configs that are no longer there
    are removed from it.

    Raises:
        HasilaError: the Hub refused, or could not be reached.
    """
    try:
        api.create_repo(repository, repo_type="dataset", private=True, exist_ok=True)
        commit = api.upload_folder(
            repo_id=repository,
            folder_path=folder,
            repo_type="dataset",
            commit_message="Publish",
            allow_patterns=list(UPLOADED),
            ignore_patterns=["*/.*"],
            delete_patterns=[f"{FOLDER}/*"],
        )
    except Exception as error:  # the library's errors differ from version to version
        raise HasilaError(f"{repository}: not uploaded ({error})") from error
    return str(getattr(commit, "commit_url", commit))
