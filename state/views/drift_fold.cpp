#include "state/views/drift_fold.hpp"

#include "state/views/config_event.hpp"
#include "state/views/config_fold.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <set>

namespace calsync {
namespace json = boost::json;
namespace {

using Addresses = std::set<std::string, std::less<>>;

// Versions 1 and 2 of the normaliser had one bracket an address.
bool by_field(const Folding& folding) {
  return reads_as(folding.record, 3);
}

std::optional<Instant> instant_in(ViewSource& views, const std::string& row) {
  const auto known = views.get(row);
  const auto instant = known ? parse_instant(*known) : parse_instant("");
  return instant ? std::optional(*instant) : std::nullopt;
}

std::string row_of(std::string_view prefix, std::string_view address) {
  return std::string(prefix).append(address);
}

json::object known_of(ViewSource& views, const std::string& address) {
  const auto row = views.get(row_of(drift_prefix, address));
  if (!row) return {};
  boost::system::error_code failed;
  const json::value value = json::parse(*row, failed);
  return failed || !value.is_object() ? json::object() : value.get_object();
}

json::value time_of(const json::object& from, std::string_view name) {
  const std::string text = said_text(from, name);
  return text.empty() ? json::value(nullptr) : json::value(text);
}

// {"pointer","from","to"} of each, as a record tells it.
json::array plain(const json::array& changes) {
  json::array out;
  for (const json::value& one : changes) {
    if (!one.is_object()) continue;
    json::object bare = one.get_object();
    for (const char* name : {"lastClean", "firstDirty"}) bare.erase(name);
    out.emplace_back(std::move(bare));
  }
  return out;
}

const json::object* with_pointer(const json::array& changes, const std::string& pointer) {
  const auto at = std::ranges::find_if(changes, [&](const json::value& one) {
    return one.is_object() && said_text(one.get_object(), "pointer") == pointer;
  });
  return at == changes.end() ? nullptr : &at->get_object();
}

// Each with its own bracket: that of before where it differed before, else it began between the last look and this one.
json::array dated(const json::array& changes, const json::object& known, const json::object& begins_now) {
  const json::array before = said_list(known, "changes");
  json::array out;
  for (const json::value& one : changes) {
    if (!one.is_object()) continue;
    json::object field = one.get_object();
    const json::object* then = with_pointer(before, said_text(field, "pointer"));
    const json::object& bracket = then == nullptr                           ? begins_now
                                  : !said_text(*then, "firstDirty").empty() ? *then
                                                                            : known;
    for (const char* name : {"lastClean", "firstDirty"}) field[name] = time_of(bracket, name);
    out.emplace_back(std::move(field));
  }
  return out;
}

json::array brackets_of(const json::array& changes) {
  json::array out;
  for (const json::value& one : changes) {
    json::object bracket{{"pointer", said_text(one.get_object(), "pointer")}};
    for (const char* name : {"lastClean", "firstDirty"}) bracket[name] = time_of(one.get_object(), name);
    out.emplace_back(std::move(bracket));
  }
  return out;
}

void found(Folding& folding, json::object said) {
  const std::string address = said_text(said, "address"), row = row_of(drift_prefix, address);
  const auto clean = last_clean(folding.views, address);
  const json::object begins_now{{"lastClean", clean ? json::value(to_text(*clean)) : json::value(nullptr)},
                                {"firstDirty", to_text(folding.record.received)}};
  json::object known = known_of(folding.views, address);
  const json::array changes = said_list(said, "changes");
  const bool news = known.empty() || plain(said_list(known, "changes")) != plain(changes);
  const json::array now = by_field(folding) ? dated(changes, known, begins_now) : changes;
  if (known.empty()) known = begins_now;
  known["changes"] = now;
  folding.views.put(row, json::serialize(known));
  folding.views.erase(row_of(drift_unseen_prefix, address));
  for (const char* name : {"lastClean", "firstDirty"}) said[name] = known.at(name);
  if (by_field(folding)) said["since"] = brackets_of(now);
  if (news) emit_config(folding, "config.drift_found", said);
}

void gone(Folding& folding, const std::string& address) {
  folding.views.erase(row_of(drift_prefix, address));
  emit_config(folding, "config.drift_gone", {{"address", address}});
}

// What was not looked at is neither clean nor gone: it was last seen clean when it was last looked at.
void pass_over(Folding& folding, const Addresses& addresses) {
  for (const std::string& address : addresses) {
    const std::string row = row_of(drift_unseen_prefix, address);
    if (folding.views.get(row)) continue;
    const auto clean = last_clean(folding.views, address);
    folding.views.put(row, clean ? to_text(*clean) : std::string());
  }
  std::vector<std::string> seen_again;
  folding.views.scan(drift_unseen_prefix, {}, [&](std::string_view key, std::string_view) {
    if (!addresses.contains(key.substr(drift_unseen_prefix.size()))) seen_again.emplace_back(key);
    return true;
  });
  for (const std::string& row : seen_again) folding.views.erase(row);
}

}  // namespace

std::optional<Instant> last_clean(ViewSource& views, std::string_view address) {
  const auto applied_at = instant_in(views, row_of(applied_at_prefix, address));
  const std::string unseen = row_of(drift_unseen_prefix, address);
  const auto looked_at = instant_in(views, views.get(unseen) ? unseen : std::string(drift_looked_row));
  return looked_at && applied_at ? std::max(looked_at, applied_at) : looked_at ? looked_at : applied_at;
}

void fold_look(Folding& folding, const json::object& said) {
  Addresses differ, passed;
  for (const json::value& one : said_list(said, "found")) {
    if (!one.is_object() || said_text(one.get_object(), "address").empty()) continue;
    if (differ.insert(said_text(one.get_object(), "address")).second) found(folding, one.get_object());
  }
  for (const json::value& one : said_list(said, "passedOver"))
    if (one.is_string() && !differ.contains(one.get_string())) passed.emplace(one.get_string());
  std::vector<std::string> ended;
  folding.views.scan(drift_prefix, {}, [&](std::string_view key, std::string_view) {
    const std::string_view address = key.substr(drift_prefix.size());
    if (!differ.contains(address) && !passed.contains(address)) ended.emplace_back(address);
    return true;
  });
  for (const std::string& address : ended) gone(folding, address);
  pass_over(folding, passed);
  folding.views.put(std::string(drift_looked_row), to_text(folding.record.received));
}

void end_drift_of(Folding& folding, const json::object& said) {
  if (!by_field(folding)) return;
  const std::string address = said_text(said, "address");
  json::object known = known_of(folding.views, address);
  if (known.empty()) return;
  const json::array made = said_list(said, "changes");
  json::array left;
  for (const json::value& one : said_list(known, "changes"))
    if (one.is_object() && with_pointer(made, said_text(one.get_object(), "pointer")) == nullptr)
      left.push_back(one);
  if (left.empty() || said_text(said, "action") == "create") return gone(folding, address);
  known["changes"] = std::move(left);
  folding.views.put(row_of(drift_prefix, address), json::serialize(known));
}

}  // namespace calsync
