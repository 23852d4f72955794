"""What the services are given of the outside world: one folder a port, one file an adapter, found by name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any


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


class Adapters(Mapping[str, Any]):
    """The adapters of a port by their names; each is loaded when it is first asked for.

    Some bring large libraries, which would make every start of the site several times as long.
    """

    def __init__(self, port: str) -> None:
        self._port = port
        self._names = adapter_names(port)
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._loaded:
            self._loaded[name] = adapter(self._port, name).create()
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
