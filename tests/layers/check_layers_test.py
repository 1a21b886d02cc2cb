#!/usr/bin/env python3
"""Plants one violation at a time into a small tree of rooms: each must be caught, and a clean tree must pass."""
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_layers  # noqa: E402

LAYERS = """state_base state/base \nstate_events state/events state_base\nstate_store state/store state_base,state_events
config_yaml config/yaml state_base\nconfig_settings config/settings state_base\nconnectors_kafka connectors/kafka state_events\nconnectors_webhook connectors/webhook state_events\ndaemon_app daemon/app state_store
"""
CLEAN = {
    "state/base/error.hpp": "#include <openssl/evp.h>\n#include <spdlog/spdlog.h>\n",
    "state/events/record.hpp": '#include "state/base/error.hpp"\n#include <boost/json.hpp>\n#include <vector>\n',
    "state/store/log.cpp": '#include "state/events/record.hpp"\n#include <rocksdb/db.h>\n#include <fstream>\n',
    "config/settings/table.cpp": '#include "state/base/error.hpp"\n',
    "config/yaml/tree.cpp": "#include <yaml-cpp/parser.h>\n",
    "config/settings/settings_file.cpp": "#include <fstream>\n",
    "connectors/kafka/producer.cpp": '#include "state/base/error.hpp"\n#include <librdkafka/rdkafka.h>\n',  # through events
    "connectors/webhook/session.cpp": "#include <boost/asio/post.hpp>\n",
    "daemon/app/app.cpp": '#include "state/base/error.hpp"\n#include <systemd/sd-daemon.h>\n',
    "daemon/app/options.cpp": "#include <CLI/CLI.hpp>\n",
    "daemon/app/calsyncd_main.cpp": '#include "config/settings/table.cpp"\n',  # a main joins what it likes
}
# file, the line that is planted, a part of what must be said
PLANTED = [
    ("state/base/error.hpp", '#include "state/events/record.hpp"', "state/base does not use state/events"),
    ("config/settings/table.cpp", '#include "state/events/record.hpp"', "config/settings does not use state/events"),
    ("connectors/kafka/producer.cpp", '#include "state/store/log.cpp"', "connectors/kafka does not use state/store"),
    ("connectors/kafka/producer.cpp", '  #  include "daemon/app/app.cpp"', "does not use daemon/app"),
    ("state/store/log.cpp", '#include "record.hpp"', "full paths from the root"),
    ("state/store/log.cpp", '#include "state/base/gone.hpp"', "no such file"),
    ("daemon/app/app.cpp", "#include <rocksdb/db.h>", "its home is state/store/"),
    ("daemon/app/app.cpp", "#include <librdkafka/rdkafka.h>", "its home is connectors/kafka/"),
    ("daemon/app/app.cpp", "#include <boost/beast/http.hpp>", "its home is connectors/http/"),
    ("connectors/kafka/producer.cpp", "#include <boost/asio/ssl.hpp>", "its home is connectors/http/"),
    ("connectors/kafka/producer.cpp", "#include <openssl/ssl.h>", "its home is connectors/http/"),
    ("connectors/webhook/session.cpp", "#include <boost/beast/http.hpp>", "its home is connectors/http/"),
    ("connectors/webhook/session.cpp", "#include <boost/asio/ssl.hpp>", "its home is connectors/http/"),
    ("daemon/app/app.cpp", "#include <openssl/evp.h>", "its home is state/base/"),
    ("daemon/app/app.cpp", "#include <yaml-cpp/yaml.h>", "its home is config/yaml/"),
    ("daemon/app/app.cpp", "#include <CLI/CLI.hpp>", "its home is daemon/cli/"),
    ("daemon/app/app.cpp", "#include <spdlog/spdlog.h>", "its home is state/base/"),
    ("daemon/app/app.cpp", "#include <prometheus/counter.h>", "its home is state/base/"),
    ("state/store/log.cpp", "#include <systemd/sd-daemon.h>", "its home is daemon/app/"),
    ("config/settings/table.cpp", "#include <boost/json.hpp>", "its home is state/events/"),
    ("daemon/app/app.cpp", "#include <nlohmann/json.hpp>", "its home is nowhere"),
    ("state/store/log.cpp", "#include <boost/asio/io_context.hpp>", "its home is connectors/"),
    ("state/events/record.hpp", "#include <thread>", "this room is pure"),
    ("state/events/record.hpp", "#include <filesystem>", "this room is pure"),
    ("config/settings/table.cpp", "#include <fstream>", "this room is pure"),
    ("config/settings/table.cpp", "#include <boost/asio/post.hpp>", "this room is pure"),
]


def check(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        layers = os.path.join(root, "layers.txt")
        with open(layers, "w", encoding="utf-8") as file:
            file.write(LAYERS)
        return check_layers.violations(root, layers)[0]


def main():
    failed = [f"a clean tree: {line}" for line in check(CLEAN)]
    for path, line, said in PLANTED:
        found = check({**CLEAN, path: CLEAN[path] + line + "\n"})
        if len(found) != 1 or said not in found[0] or not found[0].startswith(f"{path}:"):
            failed.append(f"{line} in {path}: wanted '{said}', got {found}")
    print("\n".join(failed) if failed else f"{len(PLANTED)} planted violations caught, the clean tree passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
