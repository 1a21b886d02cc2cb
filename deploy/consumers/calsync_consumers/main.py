"""`consume NAME --settings FILE`."""
import argparse
import importlib
import inspect
import logging
import os
import sys
from pathlib import Path

from .effect import Effect
from .errors import SettingsError
from .loop import Loop
from .settings import Settings

REFUSED = 78  # exit code
NAMES = sorted(path.stem for path in (Path(__file__).parent / "effects").glob("*.py") if path.stem != "__init__")


def effect_class(name):
    module = importlib.import_module(f"calsync_consumers.effects.{name}")
    return next(c for _, c in inspect.getmembers(module, inspect.isclass) if issubclass(c, Effect) and c.__module__ == module.__name__)


def main():
    parser = argparse.ArgumentParser(prog="consume", description="One consumer of calsync's Kafka topics; README.md tells what each does.")
    parser.add_argument("consumer", choices=NAMES)
    parser.add_argument("--settings", default="/etc/calsync/consumers.yaml", help="YAML; %(default)s")
    parser.add_argument("--check", action="store_true", help="look at settings and secrets only")
    given = parser.parse_args()
    # journald reads the level from <N>; a person at a terminal needs none.
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s" if "JOURNAL_STREAM" in os.environ else "%(levelname)s %(message)s")
    os.umask(0o077)
    try:
        kind = effect_class(given.consumer)
        settings = Settings(given.settings, given.consumer, kind.SETTINGS, NAMES)
        effect = kind(settings)
        if given.check:
            settings.kafka_properties()
            return 0
        return Loop(settings, effect).run()
    except SettingsError as error:
        logging.error("%s", error)
        return REFUSED
