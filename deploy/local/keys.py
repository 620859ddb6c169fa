"""The keys under which the local stack seals what is sensitive, in a file of its owner's."""

import base64
import json
import os
from pathlib import Path


def sealing_keys(file: Path) -> dict[str, str]:
    """The settings that name the keys, made when they are first needed. What was sealed is lost with the file."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(json.dumps({"SEALING_MASTER_KEYS": f"local-1:{_new_key()}", "SEALING_INDEX_KEY": _new_key()}))
    found: dict[str, str] = json.loads(file.read_text())
    return found


def _new_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()
