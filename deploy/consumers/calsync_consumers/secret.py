"""Secrets, always by reference, as in calsyncd's settings: env:NAME, file:PATH, credential:NAME (systemd)."""
import os
from pathlib import Path

from .errors import SettingsError

PLACES = ("env:", "file:", "credential:")


class Secret:
    """Shows itself only to who asks for it: neither a log line nor a traceback has it."""

    def __init__(self, value):
        self._value = value

    def value(self):
        return self._value

    def __repr__(self):
        return "***"


def resolve(reference, where):
    if not isinstance(reference, str) or not reference.startswith(PLACES):
        raise SettingsError(f"{where}: a secret is named, never written here: {', '.join(p + '…' for p in PLACES)}")
    place, name = reference.split(":", 1)
    try:
        if place == "env":
            value = os.environ.get(name, "")
        else:
            folder = Path(os.environ.get("CREDENTIALS_DIRECTORY", "/nowhere")) if place == "credential" else Path("/")
            value = (folder / name).read_text().removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{where}: {reference}: {getattr(error, 'strerror', None) or 'no text'}") from None
    if not value:
        raise SettingsError(f"{where}: {reference} is empty or not there")
    return Secret(value)
