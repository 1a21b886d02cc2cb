#include "daemon/cli/calcom_access.hpp"

#include "connectors/secrets/secrets.hpp"
#include "daemon/calcom/api_call.hpp"
#include "daemon/cli/control_client.hpp"

#include <boost/json.hpp>

namespace calsync::cli {
namespace {

// A call may wait for the budget, a block after 429, and repeats.
constexpr std::chrono::minutes call_limit{15};
constexpr std::chrono::seconds note_limit{30};
constexpr std::chrono::seconds worth_telling{3};

class DaemonApi final : public CalcomApi {
 public:
  explicit DaemonApi(ControlClient daemon) : daemon_(std::move(daemon)) {}
  Result<ApiAnswer> get(std::string_view path, ApiUse use) override {
    return call({"GET", std::string(path), "", use});
  }
  Result<ApiAnswer> send(std::string_view method, std::string_view path, std::string_view body,
                         ApiUse use) override {
    return call({std::string(method), std::string(path), std::string(body), use});
  }

 private:
  Result<ApiAnswer> call(const ApiCall& call) {
    CALSYNC_TRY(outcome, "ask Cal.com", daemon_.post("/control/calcom", to_json(call), call_limit));
    return read_api_outcome(outcome);
  }
  ControlClient daemon_;
};

// Whoever waits for the request budget, or for a block to end, is told.
SleepUntil telling_sleep(Context& context) {
  return [&context](std::chrono::steady_clock::time_point until, const std::stop_token& stop) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(until - context.clock.steady());
    if (left >= worth_telling)
      context.console.note("Cal.com's rate limit, or a pause before a repeat: waiting " +
                           std::to_string(left.count()) + " s");
    return sleep_until(until, stop);
  };
}

Result<void> must_be_set(const Settings& settings, const std::string& file) {
  if (settings.calcom.present) return {};
  return Error{Errc::rejected, "calcom is not in " + file +
                                   ": set calcom.organization_id and calcom.api_key to reach Cal.com's API"};
}

}  // namespace

Result<CalcomAccess> CalcomAccess::open(Context& context, const Settings& settings, CalcomNeed need) {
  CALSYNC_CHECK("reach Cal.com", must_be_set(settings, context.globals.settings));
  CalcomAccess access;
  access.clock_ = &context.clock;
  const std::stop_token stop = need == CalcomNeed::changing ? std::stop_token() : context.stop;
  auto daemon = ControlClient::connect(settings.log.path, stop);
  if (daemon) {
    access.daemon_ = std::make_unique<DaemonApi>(*std::move(daemon));
    access.api_ = access.daemon_.get();
    CALSYNC_TRY(notes, "reach the daemon", ControlClient::connect(settings.log.path, stop));
    access.notes_ = std::move(notes);
    return access;
  }
  if (daemon.error().code != Errc::not_found) return daemon.error();
  CALSYNC_CHECK("reach Cal.com", access.open_here(context, settings, need));
  return access;
}

Result<void> CalcomAccess::note(const std::string& record) {
  if (notes_) {
    CALSYNC_TRY(noted, "note what was applied",
                notes_->post("/control/applied", boost::json::parse(record), note_limit));
    return {};
  }
  if (!log_) return Error{Errc::rejected, "the log is not open for writing"};
  CALSYNC_CHECK("note what was applied", log_->log->append_and_wait({.source = RecordSource::apply,
                                                                     .source_id = {},
                                                                     .content_type = "application/json",
                                                                     .received = clock_->wall(),
                                                                     .body = record}));
  return {};
}

Result<void> CalcomAccess::open_here(Context& context, const Settings& settings, CalcomNeed need) {
  if (settings.calcom.api_key.empty())
    return Error{Errc::rejected, "calcom.api_key is not set in " + context.globals.settings +
                                     ": Cal.com's API cannot be asked without it"};
  CALSYNC_TRY(key, "calcom.api_key", read_secret(settings.calcom.api_key));
  metrics_ = std::make_unique<MetricRegistry>();
  probe_ = std::make_unique<CalcomProbe>(*metrics_);
  CALSYNC_TRY(client, "calcom",
              CalcomClient::create({.base_url = settings.calcom.base_url,
                                    .ca_file = settings.calcom.ca_file,
                                    .requests_per_minute = settings.calcom.requests_per_minute,
                                    .api_key = std::move(key),
                                    .stop = need == CalcomNeed::changing ? std::stop_token() : context.stop,
                                    .sleep = telling_sleep(context)},
                                   context.clock, *probe_));
  client_ = std::move(client);
  api_ = client_.get();
  if (need == CalcomNeed::reading) return {};
  CALSYNC_TRY(log, "log.path", LogWriter::open(context, settings, true));
  log_.emplace(std::move(log));
  recorded_ = std::make_unique<RecordedApi>(*client_, *log_->log, context.clock);
  api_ = recorded_.get();
  return {};
}

}  // namespace calsync::cli
