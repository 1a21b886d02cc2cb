#include "connectors/calcom/sandbox/server/server.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/option_checks.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {

namespace {

struct SandboxWords {
  std::string faults, block = "60s";
  std::optional<std::uint64_t> seed;
  sandbox::ServerSettings settings;
};

void introduce_sandbox(Context& context, const sandbox::Server& server, const SandboxWords& words) {
  const std::string url = "http://" + server.address();
  if (context.globals.json) {
    boost::json::object facts{{"sandbox", true},
                              {"url", url},
                              {"organizationId", server.organization_id()},
                              {"apiKey", server.api_key()},
                              {"bookings", server.bookings()},
                              {"state", words.settings.state.string()}};
    context.console.line(boost::json::serialize(facts));
  } else {
    context.console.line(
        "This is a sandbox, not Cal.com: it answers as Cal.com's API v2 does, for invented people.");
    context.console.line("  API           " + url);
    context.console.line("  organisation  " + std::to_string(server.organization_id()));
    context.console.line("  API key       " + server.api_key());
    context.console.line("  state         " +
                         (words.settings.state.empty()
                              ? std::string("in memory: gone when it ends (--state FILE keeps it)")
                              : words.settings.state.string()));
    if (!words.faults.empty()) context.console.line("  faults        " + words.faults);
    context.console.line("Book with `calsync sandbox book create`; what truly happened is at " + url +
                         "/sandbox/history.");
  }
  context.console.flush();
}

Result<Exit> serve_sandbox(Context& context, SandboxWords words) {
  CALSYNC_TRY(faults, "--fault", sandbox::parse_faults(words.faults));
  words.settings.faults = faults;
  CALSYNC_TRY(block, "--block", parse_duration(words.block));
  words.settings.block = block;
  words.settings.lived_day = words.seed.has_value();
  words.settings.seed = words.seed.value_or(1);
  CALSYNC_TRY(server, "sandbox", sandbox::Server::start(words.settings, context.clock));
  introduce_sandbox(context, *server, words);
  if (const auto ran = server->run(context.stop); !ran) return ran.error();
  return Exit::done;
}

}  // namespace

Action declare_sandbox(CLI::App& app) {
  auto words = std::make_shared<SandboxWords>();
  app.add_option("--listen", words->settings.listen, "where to listen; port 0 is any that is free")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  app.add_option("--state", words->settings.state,
                 "keep all in this file (it holds keys: mode 0600); in memory otherwise")
      ->type_name("FILE");
  app.add_option("--seed", words->seed,
                 "begin with an agency that has been at work for a day (teams, editors, clients' bookings); "
                 "the same number "
                 "gives the same day, and the same faults")
      ->type_name("N");
  app.add_option("--fault", words->faults,
                 "what goes wrong, as drop=0.1,duplicate=0.1,reorder=0.1,late=30s:0.05 of deliveries and "
                 "http5xx=0.05,timeout=0.02 of API requests")
      ->type_name("RATES")
      ->check(readable([](const std::string& text) { return sandbox::parse_faults(text); }));
  app.add_option("--requests-per-minute", words->settings.requests_per_minute,
                 "a key that asks more is refused for a while (--block), as Cal.com does; 0: no limit")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--block", words->block, "for how long; Cal.com's is 60 s")
      ->type_name("DURATION")
      ->capture_default_str()
      ->check(readable([](const std::string& text) { return parse_duration(text); }));
  app.require_subcommand(0, 1);
  return [words](Context& context) {
    const auto served = serve_sandbox(context, *words);
    return served ? *served : context.fail(served.error());
  };
}

}  // namespace calsync::cli
