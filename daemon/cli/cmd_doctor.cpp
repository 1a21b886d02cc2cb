// One line for each thing that must be right outside of calsync, with the cure where it is not.
#include "daemon/cli/calcom_access.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/doctor.hpp"

#include <boost/json.hpp>

namespace calsync::cli {
namespace json = boost::json;
namespace {

Paint paint_of(Health health) {
  switch (health) {
    case Health::ok:
      return Paint::good;
    case Health::warning:
      return Paint::warn;
    case Health::failed:
      return Paint::bad;
    case Health::skipped:
      return Paint::dim;
  }
  return Paint::plain;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size() + 1, width), ' ');
  return text;
}

void print(Console& console, const Looks& looks) {
  for (const Look& look : looks)
    console.line(console.paint(paint_of(look.health), padded(to_text(look.health), 9)) +
                 padded(look.name, 15) + printable(look.what) +
                 (look.cure.empty() ? "" : ": " + printable(look.cure)));
}

void print_json(Console& console, const Looks& looks, bool good) {
  json::array list;
  for (const Look& look : looks)
    list.push_back(json::object{{"name", look.name},
                                {"state", to_text(look.health)},
                                {"message", look.what},
                                {"cure", look.cure.empty() ? json::value(nullptr) : json::value(look.cure)}});
  console.line(json::serialize(json::object{{"ok", good}, {"checks", std::move(list)}}));
}

// Sections that are wrong are told, and what needs them is not looked at.
std::optional<Settings> look_at_settings(const Context& context, Looks& looks) {
  auto read = context.read_settings({"log.path", "calcom", "intake", "kafka", "config_repo"});
  if (read.settings && read.errors.empty())
    looks.push_back({"settings", Health::ok, context.globals.settings});
  for (const std::string& error : read.errors)
    looks.push_back(
        {"settings", read.settings ? Health::warning : Health::failed, error, "correct the file"});
  if (!read.settings && read.errors.empty())
    looks.push_back({"settings", Health::failed, read.why.what, "name the file with --settings"});
  return std::move(read.settings);
}

void look_through_api(const Patient& patient, Looks& looks) {
  if (!patient.settings.calcom.present) {
    looks.push_back({"key", Health::skipped, "the section calcom is not set: webhooks alone decide"});
    return skip_calcom(looks, "the section calcom is not set");
  }
  auto access = CalcomAccess::open(patient.context, patient.settings, CalcomNeed::reading);
  if (access) return look_at_calcom(patient, access->api(), looks);
  looks.push_back(
      {"key", Health::failed, access.error().what, "set calcom.api_key so that this user can read it"});
  skip_calcom(looks, "there is no key");
}

Exit examine(Context& context) {
  Looks looks;
  if (const auto settings = look_at_settings(context, looks)) {
    auto daemon = ControlClient::connect(settings->log.path, context.stop);
    const Patient patient{context, *settings, daemon ? &*daemon : nullptr};
    look_at_daemon(patient, looks);
    look_through_api(patient, looks);
    look_at_intake(patient, looks);
    look_at_kafka(patient, looks);
    look_at_git(patient, looks);
  }
  const bool good =
      std::ranges::none_of(looks, [](const Look& look) { return look.health == Health::failed; });
  if (context.globals.json)
    print_json(context.console, looks, good);
  else
    print(context.console, looks);
  return good ? Exit::done : Exit::failed;
}

}  // namespace

Action declare_doctor(CLI::App&) {
  return examine;
}

}  // namespace calsync::cli
