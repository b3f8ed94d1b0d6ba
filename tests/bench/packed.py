"""The bench itself, to be unpacked in a page that runs a part of it."""

import io
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def packed() -> bytes:
    """An archive for `pyodide.unpackArchive`."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for path in (HERE.parent / "__init__.py", *HERE.rglob("*.py")):
            archive.write(path, path.relative_to(ROOT))
    return body.getvalue()
