"""What the services are given of the outside world: one folder a port, one file an adapter, found by name."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def adapter(port: str, name: str) -> ModuleType:
    """The adapter's module; raises LookupError when there is no file of that name in the port's folder."""
    if name not in adapter_names(port):
        raise LookupError(f"no adapter {name!r} in {port}")
    return importlib.import_module(f"{__name__}.{port}.{name}")


def adapter_names(port: str) -> list[str]:
    """Names of the files in a port's folder, in alphabetical order; what begins with "_" they share."""
    folder = importlib.import_module(f"{__name__}.{port}")
    names = (module.name for module in pkgutil.iter_modules(folder.__path__))
    return sorted(name for name in names if not name.startswith("_"))
