#include "daemon/app/run.hpp"

#include "connectors/http/client.hpp"
#include "connectors/http/tls.hpp"
#include "connectors/kafka/kafka_options.hpp"
#include "connectors/secrets/servers.hpp"
#include "daemon/app/app.hpp"
#include "daemon/app/descriptors.hpp"
#include "daemon/app/failed_assertion.hpp"
#include "state/base/log.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <iostream>
#include <malloc.h>
#include <unistd.h>

namespace calsync {
namespace {

constexpr int heap_block_max = 1024 * 1024;
constexpr std::chrono::milliseconds drain_limit{9500};  // P29: 10 s from SIGTERM to the end

struct Loaded {
  Settings settings;
  SecretsInForce secrets;
  std::vector<std::string> errors, warnings;
};

using Problems = std::vector<SettingsError>;

int line_of(const Lines& lines, const std::string& path) {
  const auto at = lines.find(path);
  return at == lines.end() ? 0 : at->second;
}

void check_certificate(const ReadSettings& read, Problems& problems) {
  const auto& tls = read.settings.intake.tls;
  if (tls.certificate.empty() || tls.private_key.empty()) return;
  if (const auto good = load_server_tls(tls.certificate, tls.private_key); !good)
    problems.push_back({line_of(read.lines, "intake.tls.certificate"), "intake.tls: " + good.error().what});
}

void check_calcom(const ReadSettings& read, Problems& problems) {
  const auto& calcom = read.settings.calcom;
  if (!calcom.present || calcom.ca_file.empty()) return;
  HttpClientOptions options;
  options.ca_file = calcom.ca_file;
  const auto url = parse_http_url(calcom.base_url);
  if (!url) return;  // told by the settings' own check
  if (const auto good = HttpClient::to(*url, options); !good)
    problems.push_back({line_of(read.lines, "calcom.ca_file"), "calcom.ca_file: " + good.error().what});
}

void check_kafka(const ReadSettings& read, const KafkaProperties& properties, Problems& problems) {
  const auto& kafka = read.settings.kafka;
  if (!kafka.present || kafka.mode == KafkaMode::embedded) return;
  for (const auto& [name, what] : property_problems(properties)) {
    const std::string setting = "kafka.properties" + (name.empty() ? "" : "." + name);
    problems.push_back({line_of(read.lines, setting), setting + ": " + what});
  }
}

// What a start warns of, too.
std::vector<std::string> what_is_off(const Settings& settings) {
  std::vector<std::string> off;
  if (settings.intake.sources.empty())
    off.emplace_back("intake.sources is not set: this daemon takes no webhooks");
  if (!settings.kafka.present)
    off.emplace_back("the section kafka is not set: events stay in the log");
  else if (settings.kafka.mode == KafkaMode::embedded)
    off.emplace_back("demo: the embedded broker keeps nothing; every start publishes from event 1");
  return off;
}

// Settings, secrets, certificates and Kafka properties: all that is wrong, at once.
Loaded load(const std::string& file) {
  Loaded loaded;
  auto read = read_settings_file(file);
  if (!read) {
    loaded.errors.push_back(read.error().what);
    return loaded;
  }
  use_secret_servers(read->settings.vault, read->settings.doppler);
  loaded.secrets = read_secrets_in_force(*read);
  Problems problems = read->errors;
  problems.insert(problems.end(), loaded.secrets.errors.begin(), loaded.secrets.errors.end());
  check_certificate(*read, problems);
  check_calcom(*read, problems);
  check_kafka(*read, loaded.secrets.kafka_properties, problems);
  std::ranges::stable_sort(problems, {}, &SettingsError::line);
  loaded.errors = render_errors(file, problems);
  loaded.warnings = render_errors(file, read->warnings);
  std::ranges::move(render_errors(file, loaded.secrets.warnings), std::back_inserter(loaded.warnings));
  loaded.settings = std::move(read->settings);
  return loaded;
}

int check(const DaemonOptions& options) {
  const Loaded loaded = load(options.settings_file);
  for (const std::string& warning : loaded.warnings) std::cerr << "warning: " << warning << '\n';
  for (const std::string& error : loaded.errors) std::cerr << error << '\n';
  if (!loaded.errors.empty()) return exit_refused;
  for (const std::string& off : what_is_off(loaded.settings)) std::cerr << "warning: " << off << '\n';
  std::cout << options.settings_file << ": good\n";
  return 0;
}

int print(const DaemonOptions& options) {
  const auto read = read_settings_file(options.settings_file);
  if (!read) {
    std::cerr << read.error().what << '\n';
    return exit_refused;
  }
  for (const std::string& error : render_errors(options.settings_file, read->errors))
    std::cerr << error << '\n';
  if (!read->errors.empty()) return exit_refused;
  std::cout << print_settings(read->settings);
  return 0;
}

// An address that cannot be had is told with its setting and the cure.
std::string words_of(const Error& error) {
  constexpr std::string_view start = "cannot listen on ";
  if (!error.what.starts_with(start) || error.what.substr(start.size(), 1) == "/") return error.what;
  const bool intake = error.trail.find("intake") != std::string::npos;
  return (intake ? "intake.listen: " : "admin.listen: ") + error.what +
         (error.code == Errc::conflict
              ? ": stop what listens there (`ss -ltnp` names it), or set another address"
              : ": set an address of this machine");
}

int refuse(const Error& error) {
  log::error("calsyncd does not start: " + words_of(error), {});
  log::debug("where it happened", {log::field("trail", error.trail)});
  switch (error.code) {   // what a later try may find better: systemd starts us again
    case Errc::conflict:  // the log or the address is in use
    case Errc::io:
    case Errc::disk_full:
    case Errc::timeout:
    case Errc::unavailable:
      return exit_failed;
    default:
      return exit_refused;
  }
}

// Stops everything within the limit, or at once on a second signal. Nothing is lost either way: the log is
// synced.
int stop(App& app, Wakeups& wakeups, int exit_code) {
  app.begin_stop();
  notify_stopping();
  std::atomic<bool> stopped{false};
  std::thread stopping([&] {
    if (exit_code == 0) app.say_farewell();
    app.stop();
    stopped = true;
    wakeups.ended({});
  });
  const auto end = std::chrono::steady_clock::now() + drain_limit;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    switch (wakeups.wait(left)) {
      case Wakeups::What::ended:
        if (!stopped) continue;  // a part that gave up on the way down
        stopping.join();
        log::info("calsyncd has ended", {log::field("exit", exit_code)});
        return exit_code;
      case Wakeups::What::reload:
        continue;
      case Wakeups::What::terminate:
        log::warning("second signal: ending at once", {});
        ::_exit(exit_code == 0 ? exit_failed : exit_code);
      case Wakeups::What::timeout:
        log::warning(
            "not all parts stopped in time: ending without them; what was acknowledged is in the log", {});
        ::_exit(exit_code);
    }
  }
}

int serve(App& app, Wakeups& wakeups) {
  notify_ready();
  for (;;) {
    switch (wakeups.wait()) {
      case Wakeups::What::reload:
        app.reload();
        continue;
      case Wakeups::What::terminate:
        log::info("stopping", {});
        return stop(app, wakeups, 0);
      case Wakeups::What::ended: {
        const End end = wakeups.end().value_or(End{exit_failed, "a part has ended"});
        log::error("stopping: " + end.why, {});
        return stop(app, wakeups, end.exit_code);
      }
      case Wakeups::What::timeout:  // none was asked for
        continue;
    }
  }
}

int run(const DaemonOptions& options, Wakeups& wakeups) {
  log::start(options.form, options.least);
  Loaded loaded = load(options.settings_file);
  for (const std::string& warning : loaded.warnings) log::warning(warning, {});
  for (const std::string& error : loaded.errors) log::error(error, {});
  if (!loaded.errors.empty()) return exit_refused;
  auto sockets = inherited_sockets();
  if (!sockets) return refuse(sockets.error());
  auto app = App::start({.settings = std::move(loaded.settings),
                         .settings_file = options.settings_file,
                         .secrets = std::move(loaded.secrets),
                         .sockets = *sockets,
                         .accept_cursor = options.accept_cursor,
                         .takeover = options.takeover,
                         .on_end = [&wakeups](End end) { wakeups.ended(std::move(end)); }});
  if (!app) return refuse(app.error());
  return serve(**app, wakeups);
}

}  // namespace

void harden_process() {
  take_over_failed_assertions();
  ::prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  raise_descriptor_limit();
  ::umask(S_IRWXG | S_IRWXO);
  // Bodies of 1 MiB with tens of thousands of names are read in blocks of many MiB. Once one is freed, glibc
  // would keep its like in the heap of each thread, up to 32 MiB a block; these go back to the system (P24).
  ::mallopt(M_MMAP_THRESHOLD, heap_block_max);      // NOLINT(concurrency-mt-unsafe): no thread is there yet
  ::mallopt(M_TRIM_THRESHOLD, 4 * heap_block_max);  // NOLINT(concurrency-mt-unsafe)
}

int run_task(const DaemonOptions& options, Wakeups& wakeups) {
  switch (options.task) {
    case DaemonTask::check:
      return check(options);
    case DaemonTask::print_settings:
      return print(options);
    case DaemonTask::print_example:
      std::cout << example_settings();
      return 0;
    case DaemonTask::run:
      break;
  }
  return run(options, wakeups);
}

}  // namespace calsync
