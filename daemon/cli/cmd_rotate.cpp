// New secrets without a gap (DESIGN §12.9, §12.12). Each step looks where the last run ended.
#include "connectors/calcom/api_answer.hpp"
#include "connectors/calcom/own_subscription.hpp"
#include "connectors/secrets/secrets.hpp"
#include "daemon/cli/calcom_access.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/own_intake.hpp"
#include "daemon/cli/secret_file.hpp"  // random_secret
#include "daemon/cli/secret_place.hpp"
#include "daemon/cli/webhook_sender.hpp"
#include "daemon/reconcile/apply_lock.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <thread>

namespace calsync::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds takes_over_within{20}, look_again{1};

struct RotateWords {
  std::string source;
  std::int64_t overlap = 60, days = 365;
};

Exit by_hand(Context& context, const std::string& why, std::initializer_list<std::string> steps) {
  context.console.note(why + "; by hand:");
  for (const auto& step : steps) context.console.hint(step);
  return Exit::refused;
}

// The daemon reads its secrets anew; who runs none has nothing to wait for.
Result<bool> reload(Context& context, const Settings& settings) {
  auto daemon = ControlClient::connect(settings.log.path, context.stop);
  if (!daemon && daemon.error().code == Errc::not_found) return false;
  if (!daemon) return daemon.error();
  CALSYNC_CHECK("reload", daemon->post("/control/reload", json::object{}, takes_over_within));
  return true;
}

// Does the intake take what is signed with it? The ping is the one of Cal.com's web page: it becomes no event.
bool accepts(Context& context, const Settings& settings, const IntakeSource& source, const Secret& secret) {
  const auto url = own_intake_url(settings, source);
  if (!url) return false;
  const SendOptions options{
      .url = *url, .secret = secret, .ca_file = settings.intake.tls.certificate, .headers = {}};
  const auto sent =
      send_all({ping_payload(context.clock.wall())}, options, context.stop, [](std::uint64_t) {});
  return !sent.empty() && sent.front().good();
}

Result<void> wait_until_accepted(Context& context, const Settings& settings, const IntakeSource& source,
                                 const Secret& secret) {
  const auto until = context.clock.steady() + takes_over_within;
  while (!accepts(context, settings, source, secret)) {
    if (context.stop.stop_requested()) return Error{Errc::cancelled, "interrupted: run it again to go on"};
    if (context.clock.steady() >= until)
      return Error{Errc::timeout,
                   "the intake does not take the new secret: see `calsync status`, then run this again; the "
                   "old one is in force"};
    std::this_thread::sleep_for(look_again);
  }
  return {};
}

struct Live {
  std::string id, secret;
};
Result<Live> own_subscription(CalcomApi& api, const Settings& settings, const std::string& url) {
  CALSYNC_TRY(
      rows, "list webhooks",
      list_all(api, "/v2/organizations/" + std::to_string(settings.calcom.organization_id) + "/webhooks",
               ApiUse::interactive));
  const SubscriptionState state = check_subscription(rows, url, {});
  if (state.id.empty())
    return Error{Errc::not_found, "the organisation has no subscription to " + url +
                                      ": the daemon makes one (`calsync doctor`)"};
  const json::value* secret = rows.at(state.id).if_contains("secret");
  return Live{state.id,
              secret != nullptr && secret->is_string() ? std::string(secret->get_string()) : std::string()};
}

Result<void> switch_over(CalcomApi& api, const Settings& settings, const std::string& url, const Live& live,
                         const Secret& secret) {
  const std::string path =
      "/v2/organizations/" + std::to_string(settings.calcom.organization_id) + "/webhooks/" + live.id;
  auto answer =
      api.send("PATCH", path, json::serialize(json::object{{"secret", std::string(secret.reveal())}}),
               ApiUse::interactive);
  CALSYNC_TRY(now, "read back", own_subscription(api, settings, url));
  if (now.secret == secret.reveal()) return {};
  if (!answer) return answer.error();
  return answer->ok() ? Error{Errc::conflict,
                              "Cal.com has not taken the new secret: run this again; both are in force here"}
                      : answer->error("PATCH " + path);
}

struct Rotation {
  const Settings& settings;
  const IntakeSource& source;
  const std::string& url;
  const Live& live;
  bool stored;  // by a run that was cut short
};

// Under one lock from the first thing stored to the switch: whoever takes it in between would leave us half-way. The daemon's
// guard, which takes over what is stored, does without it.
Result<void> store_and_switch(Context& context, CalcomApi& api, const Rotation& of, Secret& current) {
  CALSYNC_TRY(only_one, "rotate", ApplyLock::take(of.settings.log.path));
  if (!of.stored) {
    const SecretRef &place = of.source.secrets[0], &before = of.source.secrets[1];
    CALSYNC_CHECK("rotate", try_place(place));
    CALSYNC_CHECK("rotate", write_place(before, current));
    current = random_secret();
    CALSYNC_CHECK("rotate", write_place(place, current));
  }
  CALSYNC_TRY(runs, "rotate", reload(context, of.settings));
  if (runs) CALSYNC_CHECK("rotate", wait_until_accepted(context, of.settings, of.source, current));
  return switch_over(api, of.settings, of.url, of.live, current);
}

Result<Exit> rotate_webhook_secret(Context& context, const RotateWords& words) {
  CALSYNC_TRY(settings, "rotate", context.settings({"intake", "calcom", "log.path"}));
  const IntakeSource* source = pick_source(settings, words.source);
  if (source == nullptr) return Error{Errc::not_found, "intake.sources has no source " + words.source};
  if (source->secrets.size() < 2 || !is_writable(source->secrets[0]) || !is_writable(source->secrets[1]))
    return by_hand(
        context,
        "source " + source->id +
            " does not name two places that can be written (file: or vault:), one for the new secret and one "
            "for the one before",
        {"give it both: secrets: [\"file:/etc/calsync/webhook_secret\", "
         "\"file:/etc/calsync/webhook_secret.before\"], each with a secret "
         "(`openssl rand -hex 32`), mode 600, and `systemctl reload calsyncd`; then run this again",
         "or, of another place: put the new secret beside the old one in the settings, reload, set it in "
         "Cal.com's webhook, wait a "
         "minute, take the old one out, reload"});
  if (settings.intake.public_url.empty())
    return Error{Errc::rejected, "intake.public_url is not set: which subscription is ours is not known"};
  const SecretRef &place = source->secrets[0], &before = source->secrets[1];
  const std::string url = hook_url(settings.intake.public_url, source->id);
  CALSYNC_TRY(current, "the secret in force", read_secret(place));
  const auto older = read_secret(before);
  CALSYNC_TRY(access, "rotate", CalcomAccess::open(context, settings, CalcomNeed::changing));
  CALSYNC_TRY(live, "rotate", own_subscription(access.api(), settings, url));
  const bool stored = older && older->reveal() != current.reveal() &&
                      live.secret == older->reveal();  // a run that was cut short
  context.console.note((stored ? "going on with the new secret of source " : "a new secret for source ") +
                       source->id +
                       ": both are taken, Cal.com is switched over, then the old one is retired");
  if (const Exit asked = context.confirm("Rotate it?"); asked != Exit::done) return asked;
  const Rotation rotation{
      .settings = settings, .source = *source, .url = url, .live = live, .stored = stored};
  CALSYNC_CHECK("rotate", store_and_switch(context, access.api(), rotation, current));
  context.console.note("Cal.com signs with the new one; what it sent before is taken for " +
                       std::to_string(words.overlap) + " s more");
  const auto until = context.clock.steady() + std::chrono::seconds{words.overlap};
  while (context.clock.steady() < until && !context.stop.stop_requested())
    std::this_thread::sleep_for(look_again);
  if (context.stop.stop_requested())
    return Error{
        Errc::cancelled,
        "interrupted: Cal.com has the new secret, the old one is still taken; the next rotation retires it"};
  CALSYNC_CHECK("retire the old one", write_place(before, current));
  CALSYNC_CHECK("rotate", reload(context, settings));
  if (context.globals.json)
    context.console.line(json::serialize(json::object{{"source", source->id}, {"rotated", true}}));
  else
    context.console.line("rotated: source " + source->id + " has a new secret, the old one is refused");
  return Exit::done;
}

// Cal.com has ended the old key: this one must not be lost, wherever it ends up.
Result<void> keep_new_key(Context& context, const Settings& settings, const SecretRef& place,
                          const Secret& key) {
  constexpr int tries = 6;
  constexpr std::chrono::seconds between{5};
  Result<void> written = write_place(place, key);
  for (int again = 1; again < tries && !written; ++again) {
    context.console.note(written.error().what + ": once more");
    std::this_thread::sleep_for(between);
    written = write_place(place, key);
  }
  if (written) return {};
  const std::string rescue = settings.log.path + "/api_key.new";
  CALSYNC_CHECK("keep the new key", replace_secret(rescue, key));
  return Error{Errc::io, written.error().what + "; the new key, which is in force, lies in " + rescue +
                             ": put it into " + place.text() +
                             ", `systemctl reload calsyncd`, and delete that file"};
}

Result<Exit> rotate_api_key(Context& context, const RotateWords& words) {
  CALSYNC_TRY(settings, "rotate", context.settings({"calcom", "log.path"}));
  const SecretRef& place = settings.calcom.api_key;
  if (!is_writable(place))
    return by_hand(
        context,
        "calcom.api_key lies in " + (place.empty() ? std::string("no place") : place.text()) +
            ", which cannot be written from here",
        {"make a new key in Cal.com (settings, developer, API keys) for the same person", "put it there",
         "`systemctl reload calsyncd`, `calsync doctor`, then delete the old key in Cal.com"});
  CALSYNC_TRY(access, "rotate", CalcomAccess::open(context, settings, CalcomNeed::changing));
  CALSYNC_CHECK("rotate", try_place(place));
  context.console.note(
      "Cal.com gives a new key and ends the old one at once: other programs that use it are locked out");
  if (const Exit asked = context.confirm("Rotate it?"); asked != Exit::done) return asked;
  CALSYNC_TRY(only_one, "rotate", ApplyLock::take(settings.log.path));
  CALSYNC_TRY(
      answer, "POST /v2/api-keys/refresh",
      access.api().send("POST", "/v2/api-keys/refresh",
                        json::serialize(json::object{{"apiKeyDaysValid", words.days}}), ApiUse::interactive));
  if (!answer.ok()) return answer.error("POST /v2/api-keys/refresh");
  CALSYNC_TRY(data, "POST /v2/api-keys/refresh", read_data(answer, "POST /v2/api-keys/refresh"));
  const json::value* key = data.is_object() ? data.get_object().if_contains("apiKey") : nullptr;
  if (key == nullptr || !key->is_string())
    return Error{
        Errc::rejected,
        "Cal.com answered without a key: the old one may have ended; make one in Cal.com and put it into " +
            place.text()};
  CALSYNC_CHECK("store the new key",
                keep_new_key(context, settings, place, Secret(std::string(key->get_string()))));
  CALSYNC_CHECK("rotate", reload(context, settings));
  if (context.globals.json)
    context.console.line(json::serialize(json::object{{"rotated", true}, {"days", words.days}}));
  else
    context.console.line("rotated: the new key is in " + place.text() + " and is good for " +
                         std::to_string(words.days) + " days");
  return Exit::done;
}

}  // namespace

Action declare_rotate_webhook_secret(CLI::App& app) {
  auto words = std::make_shared<RotateWords>();
  app.add_option("SOURCE", words->source, "of intake.sources; without it the first");
  app.add_option("--overlap", words->overlap, "seconds for which the old one is still taken")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str();
  return [words](Context& context) {
    const auto done = rotate_webhook_secret(context, *words);
    return done ? *done : context.fail(done.error());
  };
}

Action declare_rotate_api_key(CLI::App& app) {
  auto words = std::make_shared<RotateWords>();
  app.add_option("--days", words->days, "for how long the new one is good")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();
  return [words](Context& context) {
    const auto done = rotate_api_key(context, *words);
    return done ? *done : context.fail(done.error());
  };
}

}  // namespace calsync::cli
