#include "daemon/guard/mender.hpp"

#include "connectors/calcom/api_answer.hpp"
#include "daemon/reconcile/change_records.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace {

// Or is what it lacks now somebody's newer doing, for the next look?
bool is_still_asked_for(const Repair& repair, const Repair& left) {
  return repair.id.empty() == left.id.empty() && std::ranges::any_of(repair.body, [&](const auto& member) {
           return left.body.contains(member.key());
         });
}

}  // namespace

Result<void> Mender::mend(const Repair& repair, const std::string& url, const GuardedSource& source,
                          Rows& rows) {
  const Change change = change_of(repair, rows, url, source.id);
  const auto known = failures_.find(url);
  const bool told = known != failures_.end() && known->second.what == repair.what;
  if (!told) CALSYNC_CHECK("note it in the log", note_(started_record(change, {})));
  if (const auto made = make(repair, url, source, rows); !made) {
    const std::string why = made.error().what;
    if (!told || known->second.why != why)
      CALSYNC_CHECK("note it in the log", note_(failed_record(change, {}, why)));
    failures_[url] = {repair.what, why, change};
    return made.error();
  }
  failures_.erase(url);
  return note_(done_record(change));
}

// It worked, though its reading back failed; or somebody else has mended it.
Result<void> Mender::needs_none(const std::string& url) {
  const auto open = failures_.find(url);
  if (open == failures_.end()) return {};
  CALSYNC_CHECK("note it in the log", note_(done_record(open->second.change)));
  failures_.erase(open);
  return {};
}

// Only reading tells: what was answered with an error may have worked, and what was taken may not be stored.
Result<void> Mender::make(const Repair& repair, const std::string& url, const GuardedSource& source,
                          Rows& rows) {
  const bool is_new = repair.id.empty();
  const std::string method = is_new ? "POST" : "PATCH";
  const auto answer = api_.send(method, is_new ? list_ : list_ + "/" + repair.id,
                                boost::json::serialize(repair.body), ApiUse::apply);
  CALSYNC_TRY(after, "read it back", list_all(api_, list_, ApiUse::drift));
  rows = std::move(after);
  const auto left = repair_of(rows, url, source.secrets);
  if (!left) return {};
  if (answer && answer->ok() && !is_still_asked_for(repair, *left)) return {};
  if (!answer) return answer.error();
  return answer->ok() ? Error{Errc::conflict, "Cal.com has not taken it: " + left->what}
                      : answer->error(method + " " + list_);
}

}  // namespace calsync
