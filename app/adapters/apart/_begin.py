"""Where the process apart begins; it is run by its path, so that nothing of the site is loaded with it.

The beginnings of these packages load all pages and tables, which takes over a second:
here they are only folders to find modules in.
"""

from __future__ import annotations

import importlib
import os.path
import sys
from types import ModuleType

ROOT = os.path.realpath(f"{__file__}/../../../..")


def begin() -> None:
    """Reads standard input with the importer that the command line names; see `_reading`."""
    sys.path.insert(0, ROOT)
    for name in ("app", "app.models", "app.adapters"):
        folder = ModuleType(name)
        folder.__path__ = [os.path.join(ROOT, *name.split("."))]  # noqa: PTH118 - pathlib takes a while to load
        sys.modules[name] = folder
    importlib.import_module("app.adapters.apart._reading").read_standard_input(sys.argv[1:])


if __name__ == "__main__":
    begin()
