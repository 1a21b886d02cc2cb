#include "connectors/secrets/secrets.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/control_client.hpp"
#include "daemon/cli/option_checks.hpp"
#include "daemon/cli/own_intake.hpp"
#include "daemon/cli/progress.hpp"
#include "daemon/cli/table.hpp"
#include "daemon/cli/webhook_sender.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <cstdio>
#include <filesystem>
#include <set>

namespace calsync::cli {

namespace json = boost::json;

namespace {
constexpr std::size_t rows_most = 200;  // of a table for people; failures are listed in full

struct SendWords {
  std::vector<std::string> files, headers;
  std::string url, source, secret, ca_file, timeout = "30s";
  bool ping = false;
  SendOptions send;
};

// Without --url and --secret the settings say where and with which key.
struct Aim {
  HttpUrl url;
  Secret secret;
  std::string ca_file;
  std::string log_path;  // empty: not our own intake
};

Result<Secret> resolve(const std::string& text) {
  CALSYNC_TRY(ref, "--secret", parse_secret_ref(text));
  return read_secret(ref);
}

Result<Aim> aim(const Context& context, const SendWords& options) {
  Aim result;
  result.ca_file = options.ca_file;
  if (options.url.empty() || options.secret.empty()) {
    CALSYNC_TRY(settings, "aim", context.settings({"intake"}));
    const IntakeSource* source = pick_source(settings, options.source);
    if (source == nullptr || source->secrets.empty())
      return Error{Errc::rejected,
                   "intake.sources has no source with a secret: add one, or use --url and --secret"};
    if (options.url.empty()) {
      CALSYNC_TRY(url, "aim", own_intake_url(settings, *source));
      result.url = std::move(url);
      result.log_path = settings.log.path;
      if (result.ca_file.empty()) result.ca_file = settings.intake.tls.certificate;
    }
    if (options.secret.empty()) {
      CALSYNC_TRY(secret, "read the source's secret", read_secret(source->secrets.front()));
      result.secret = std::move(secret);
    }
  }
  if (!options.url.empty()) {
    CALSYNC_TRY(url, "--url", parse_http_url(options.url));
    result.url = std::move(url);
  }
  if (!options.secret.empty()) {
    CALSYNC_TRY(secret, "aim", resolve(options.secret));
    result.secret = std::move(secret);
  }
  return result;
}

// The head before the first delivery: an answer at or below it is a sequence that was there already.
std::optional<std::uint64_t> head_before(const Context& context, const Aim& aim) {
  if (aim.log_path.empty()) return std::nullopt;
  auto daemon = ControlClient::connect(aim.log_path, context.stop);
  const auto status =
      daemon ? daemon->get("/api/v1/status", std::chrono::seconds{2}) : Result<json::value>(daemon.error());
  if (!status) return std::nullopt;
  json::error_code missing;
  const auto* head = status->find_pointer("/log/rawHead", missing);
  const auto number = head != nullptr ? head->to_number<std::uint64_t>(missing) : 0;
  return missing ? std::nullopt : std::optional(number);
}

// nullopt: cannot be known, since nobody told how far the log was before.
std::vector<std::optional<bool>> duplicates(const std::vector<Sent>& all, std::optional<std::uint64_t> head) {
  std::vector<std::optional<bool>> result;
  std::set<std::uint64_t> seen;
  for (const auto& sent : all) {
    if (!sent.sequence)
      result.emplace_back(sent.good() ? std::nullopt : std::optional(false));
    else if (!seen.insert(*sent.sequence).second)
      result.emplace_back(true);
    else
      result.push_back(head ? std::optional(*sent.sequence <= *head) : std::nullopt);
  }
  return result;
}

struct Answer {
  const std::vector<Payload>& payloads;
  const std::vector<Sent>& all;
  std::vector<std::optional<bool>> duplicate;
  std::size_t asked;
  double seconds;
  [[nodiscard]] std::size_t good() const {
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [](const Sent& sent) { return sent.good(); }));
  }
};

std::string in_seconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", seconds);
  return text;
}

// A 200 is given once the delivery is on the disk, new or not.
std::string result_of(const Sent& sent, const std::optional<bool>& duplicate) {
  if (!sent.error.empty()) return sent.error;
  if (duplicate == std::optional(true)) return "durable, known already";
  return sent.sequence ? "durable" : "accepted";  // an intake that gives no sequence is not ours
}

void print_json(Console& console, const Answer& answer) {
  json::array rows;
  for (std::size_t i = 0; i < answer.all.size(); ++i) {
    const Sent& sent = answer.all[i];
    json::object row{
        {"file", answer.payloads[sent.payload].name}, {"status", sent.status}, {"duplicate", nullptr}};
    if (answer.duplicate[i]) row["duplicate"] = *answer.duplicate[i];
    row["sequence"] = sent.sequence ? json::value(*sent.sequence) : nullptr;
    row["error"] = sent.error.empty() ? json::value(nullptr) : json::value(sent.error);
    rows.push_back(std::move(row));
  }
  std::string text = json::serialize(json::object{
      {"sent", answer.all.size()},
      {"accepted", answer.good()},
      {"failed", answer.asked - answer.good()},
      {"duplicates", std::count(answer.duplicate.begin(), answer.duplicate.end(), std::optional(true))},
      {"deliveries", std::move(rows)}});
  text.pop_back();  // Boost.JSON writes 6.85E-3, which many read with surprise
  console.line(text + ",\"seconds\":" + in_seconds(answer.seconds) + "}");
}

std::string file_name(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

void print_table(Console& console, const Answer& answer) {
  Table table(console,
              {{"FILE", false, true}, {"STATUS", true}, {"SEQUENCE", true}, {"RESULT", false, true}});
  for (std::size_t i = 0; i < answer.all.size(); ++i) {
    const Sent& sent = answer.all[i];
    if (answer.all.size() > rows_most && sent.good()) continue;
    table.row({{file_name(answer.payloads[sent.payload].name)},
               {sent.status == 0 ? "-" : std::to_string(sent.status), sent.good() ? Paint::good : Paint::bad},
               {sent.sequence ? std::to_string(*sent.sequence) : "-"},
               {result_of(sent, answer.duplicate[i]), sent.error.empty() ? Paint::plain : Paint::bad}});
  }
  table.end();
  std::string summary = with_commas(answer.good()) + " of " + with_commas(answer.asked) + " accepted";
  if (answer.asked > 1 && answer.seconds > 0)
    summary +=
        ", " +
        with_commas(static_cast<std::uint64_t>(static_cast<double>(answer.all.size()) / answer.seconds)) +
        "/s";
  console.note(summary);
}

Result<std::vector<Payload>> gather(const Context& context, const SendWords& options) {
  CALSYNC_TRY(read, "send", read_payloads(options.files));
  for (const auto& folder : read.left_out)
    context.console.note("left out, as no payloads, in " + printable(folder));
  if (options.ping) read.payloads.push_back(ping_payload(context.clock.wall()));
  return std::move(read.payloads);
}

Result<SendOptions> prepare(const SendWords& options, Aim aim) {
  SendOptions send = options.send;
  send.url = std::move(aim.url);
  send.secret = std::move(aim.secret);
  send.ca_file = std::move(aim.ca_file);
  CALSYNC_TRY(timeout, "--timeout", parse_duration(options.timeout));
  send.timeout = timeout;
  for (const auto& header : options.headers) {
    const auto colon = header.find(':');
    const auto value = header.find_first_not_of(' ', colon + 1);
    send.headers.emplace_back(header.substr(0, colon),
                              value == std::string::npos ? "" : header.substr(value));
  }
  return send;
}

std::string header_problem(const std::string& header) {
  const auto colon = header.find(':');
  const bool good =
      colon != 0 && colon != std::string::npos && header.find_first_of("\r\n") == std::string::npos;
  return good ? "" : "is 'Name: value'";
}

Result<Exit> send(Context& context, const SendWords& options) {
  if (!options.source.empty() && (options.url.empty() || options.secret.empty())) {
    CALSYNC_TRY(settings, "send", context.settings({"intake"}));
    if (pick_source(settings, options.source) == nullptr)
      return context.misused({Errc::rejected, "--source: intake.sources has no source " + options.source});
  }
  CALSYNC_TRY(payloads, "send", gather(context, options));
  CALSYNC_TRY(target, "send", aim(context, options));
  const auto head = head_before(context, target);
  CALSYNC_TRY(prepared, "send", prepare(options, std::move(target)));
  const std::size_t asked = payloads.size() * prepared.repeat;
  const auto start = context.clock.steady();
  Progress progress(context, "sending");
  const auto all =
      send_all(payloads, prepared, context.stop, [&](std::uint64_t done) { progress.count(done, asked); });
  const std::chrono::duration<double> took = context.clock.steady() - start;
  const Answer answer{payloads, all, duplicates(all, head), asked, took.count()};
  if (context.globals.json)
    print_json(context.console, answer);
  else
    print_table(context.console, answer);
  if (context.stop.stop_requested()) return Error{Errc::cancelled, "interrupted"};
  return answer.good() == asked ? Exit::done : Exit::failed;
}
}  // namespace

Action declare_send(CLI::App& app) {
  auto options = std::make_shared<SendWords>();
  auto* files =
      app.add_option("FILE", options->files, "payloads, folders of payloads, or - for standard input");
  auto* ping = app.add_flag("--ping", options->ping, "send what the Ping button of Cal.com's web page sends");
  app.add_option("--url", options->url, "the hook, as https://hooks.example.org/hooks/main")
      ->type_name("URL")
      ->check(readable(parse_http_url));
  app.add_option("--source", options->source, "a source of intake.sources; the first otherwise")
      ->type_name("ID");
  app.add_option("--secret", options->secret, "sign with this secret, as env:NAME or file:PATH")
      ->type_name("REF")
      ->check(readable(parse_secret_ref));
  app.add_option("--ca-file", options->ca_file,
                 "trust these authorities, or this certificate itself, too (PEM); the intake's own is "
                 "trusted where the settings say where to send")
      ->type_name("FILE");
  app.add_option("--header", options->headers, "a further header, 'Name: value'; may be repeated")
      ->type_name("TEXT")
      ->allow_extra_args(false)
      ->check(header_problem);
  app.add_option("--repeat", options->send.repeat, "send everything that many times")
      ->type_name("N")
      ->check(whole_number(1, 10'000'000));
  app.add_flag("--fresh", options->send.fresh,
               "put new uids and booking numbers into each repetition; else bytes are exact");
  app.add_option("--rate", options->send.rate, "at most that many a second")
      ->type_name("R")
      ->check(number_above_zero);
  app.add_option("--connections", options->send.connections,
                 "that many at once; more than one does not keep the order")
      ->type_name("N")
      ->check(whole_number(1, 256));
  app.add_option("--timeout", options->timeout, "how long one answer may take")
      ->type_name("TIME")
      ->capture_default_str()
      ->check(readable([](const std::string& text) { return parse_duration(text); }));
  app.callback([files, ping] {
    if (files->count() + ping->count() == 0) throw CLI::RequiredError("FILE or --ping");
  });
  return [options](Context& context) {
    const auto sent = send(context, *options);
    return sent ? *sent : context.fail(sent.error());
  };
}

}  // namespace calsync::cli
