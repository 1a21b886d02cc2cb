#include "daemon/people/offboarding.hpp"

#include "config/plan/diff.hpp"
#include "config/resources/values.hpp"
#include "connectors/calcom/booking_action.hpp"
#include "connectors/calcom/paging.hpp"
#include "connectors/calcom/query.hpp"
#include "connectors/calcom/resources/resource_json.hpp"
#include "state/events/email.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <set>

namespace calsync {
namespace json = boost::json;
namespace {

constexpr std::chrono::days away_for{365};     // by then nobody remembers them
constexpr std::chrono::days long_enough{300};  // what an earlier run entered

std::string day(Instant at) {
  return to_text(at).substr(0, 10);
}

class Offboarding {
 public:
  Offboarding(const OffboardParts& parts, const OffboardWish& wish)
      : parts_(parts),
        wish_(wish),
        saga_(wish.email, parts.held ? parts.before : std::vector<json::object>{}, parts.note, parts.clock) {
    out_.email = wish.email;
    out_.to = wish.to_email;
  }

  Result<Evidence> run() {
    if (!parts_.held) CALSYNC_CHECK("hold", parts_.note(held_record(wish_.email, "off-boarding")));
    CALSYNC_CHECK("begin",
                  saga_.tell("began", {{"to", wish_.to_email.empty() ? json::value(nullptr)
                                                                     : json::value(wish_.to_email)}}));
    if (const auto done = steps(); !done) {
      (void)saga_.tell("stopped", {{"why", done.error().what}});  // the error that counts is the first
      return done.error();
    }
    out_.membership_removed = !is_member();
    out_.ended = parts_.clock.wall();
    CALSYNC_CHECK("end", saga_.tell("ended", {{"complete", out_.complete()}}));
    out_.steps = saga_.steps();
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool is_member() const { return parts_.live.resources.contains("user/" + wish_.email); }
  Result<void> steps() {
    if (is_member()) {
      CALSYNC_CHECK("time off", enter_time_off());
      CALSYNC_CHECK("reassign", reassign());
    } else if (was_deleting_account(saga_.steps())) {
      CALSYNC_CHECK("account",
                    saga_.tell("account_deleted"));  // a run that was killed did not come to tell it
    }
    CALSYNC_CHECK("prove", prove());
    if (!out_.left.empty() || !is_member()) return {};
    CALSYNC_CHECK("hosts", take_off_hosts());
    if (!out_.only_host.empty()) return {};
    CALSYNC_CHECK("prove once more", prove());  // somebody may have booked since
    if (!out_.left.empty()) return {};
    return wish_.account_with ? delete_account() : remove_membership();
  }
  [[nodiscard]] std::string organisation() const {
    return "/v2/organizations/" + std::to_string(parts_.settings.calcom.organization_id);
  }
  [[nodiscard]] Result<FutureHosting> hosting() const {
    return future_hosting(parts_.api, parts_.settings.calcom.organization_id, wish_.email, parts_.live,
                          parts_.clock.wall());
  }
  [[nodiscard]] Result<void> go_on() const {
    if (!parts_.stop.stop_requested()) return {};
    return Error{Errc::cancelled, "interrupted between two steps: run it again to go on"};
  }

  // So that nobody books them meanwhile.
  Result<void> enter_time_off() {
    CALSYNC_CHECK("stop", go_on());
    const Instant now = parts_.clock.wall();
    for (const auto& [address, one] : parts_.live.resources)
      if (one.kind->name == "outOfOffice" && text_in(one.fields, "user") == wish_.email &&
          text_in(one.fields, "start") <= day(now) && text_in(one.fields, "end") >= day(now + long_enough))
        return {};
    parts_.tell("time off from today");
    Resource wanted{.kind = find_kind("outOfOffice")};
    wanted.fields = {{"user", wish_.email}, {"start", day(now)}, {"end", day(now + away_for)}};
    CALSYNC_CHECK("time off", perform_one(std::move(wanted), Action::create));
    return saga_.tell("time_off");
  }

  Result<void> reassign() {
    CALSYNC_TRY(found, "bookings", hosting());
    const BookingAction action{.kind = ActionKind::reassign,
                               .reason = "the host leaves",
                               .to_user_id = wish_.to_user_id,
                               .to_email = wish_.to_email};
    for (const LiveBooking& booking : found.organised) {
      CALSYNC_CHECK("stop", go_on());
      parts_.tell("reassign " + booking.uid);
      CALSYNC_CHECK(booking.uid,
                    saga_.tell("reassign", {{"uid", booking.uid}, {"start", to_text(booking.start)}}));
      const ActionResult result = perform(parts_.api, action, booking, ApiUse::interactive);
      refusals_[booking.uid] = result.message;
      CALSYNC_CHECK(booking.uid, saga_.tell("reassigned", {{"uid", booking.uid},
                                                           {"outcome", to_text(result.outcome)},
                                                           {"message", result.message.empty()
                                                                           ? json::value(nullptr)
                                                                           : json::value(result.message)}}));
    }
    return {};
  }

  // Reads again what is theirs, and how each booking is now that was ever asked for.
  Result<void> prove() {
    CALSYNC_TRY(now, "bookings", hosting());
    std::set<std::string> asked;
    for (const json::object& step : saga_.steps())
      if (text_in(step, "step") == "reassign") asked.insert(text_in(step, "uid"));
    json::array shown;
    for (const std::string& uid : asked) {
      const auto seen = now.seen.find(uid);
      if (seen == now.seen.end()) continue;  // over, or cancelled and gone
      const LiveBooking& booking = seen->second;
      out_.titles[uid] = booking.title;
      shown.push_back(json::object{{"uid", uid},
                                   {"status", booking.status},
                                   {"host", booking.hosts.empty() ? "" : booking.hosts.front().email}});
    }
    tell_left(now);
    return saga_.tell("proved", {{"left", out_.left.size()}, {"bookings", std::move(shown)}});
  }

  void tell_left(const FutureHosting& hosting) {
    out_.left.clear();
    for (const LiveBooking& booking : hosting.organised) {
      const auto tried = refusals_.find(booking.uid);
      const std::string said =
          tried == refusals_.end() || tried->second.empty() ? "" : " (" + tried->second + ")";
      out_.left.push_back(
          {booking, "still theirs" + said +
                        ": `calsync bookings reassign`, `reschedule` or `cancel` it, then run this again"});
    }
    for (const LiveBooking& booking : hosting.joined)
      out_.left.push_back(
          {booking,
           "they are a co-host, whom Cal.com's API does not replace: `calsync bookings cancel` "
           "or `reschedule` it without them, or change it in the UI, then run this again"});
  }

  Result<void> take_off_hosts() {
    std::vector<Resource> wanted;
    for (const Resource* type : hosted_by(parts_.live, wish_.email)) {
      Resource rest{.kind = type->kind, .address = type->address};
      json::array others;
      for (const auto& host : *list_in(type->fields, "hosts"))
        if (text_in(host.as_object(), "user") != wish_.email) others.push_back(host);
      if (others.empty()) out_.only_host.push_back(type->address);
      for (const char* name : {"team", "user", "slug", "schedulingType"})
        if (type->fields.contains(name)) rest.fields[name] = type->fields.at(name);
      rest.fields["hosts"] = std::move(others);
      wanted.push_back(std::move(rest));
    }
    if (!out_.only_host.empty()) return {};  // an event type with nobody is bookable by nobody
    for (Resource& one : wanted) {
      CALSYNC_CHECK("stop", go_on());
      parts_.tell("off the hosts of " + one.address);
      const std::string address = one.address;
      CALSYNC_CHECK(address, perform_one(std::move(one), Action::update));
      CALSYNC_CHECK(address, saga_.tell("off_hosts", {{"address", address}}));
    }
    return {};
  }

  // One change by the same way as apply: looked at before, read back after.
  Result<void> perform_one(Resource wanted, Action action) {
    if (wanted.address.empty()) wanted.address = address_of(*wanted.kind, wanted.fields);
    Change change{.address = wanted.address, .kind = wanted.kind, .action = action};
    const auto there = parts_.live.resources.find(wanted.address);
    change.fields = action == Action::create || there == parts_.live.resources.end()
                        ? diff_of_new(wanted).fields
                        : diff(wanted, there->second, nullptr, {}).fields;
    Desired desired;
    desired.resources.emplace(wanted.address, std::move(wanted));
    Performer performer(parts_.api, parts_.settings.calcom.organization_id, desired, parts_.live, {});
    CALSYNC_TRY(done, change.address, performer.perform(change));
    if (done.not_taken.empty()) return {};
    return Error{Errc::conflict,
                 change.address + done.not_taken.front().pointer + " was not taken by Cal.com"};
  }

  // Of the organisation; it takes them out of its teams and managed event types, too (CONTRACT §5).
  Result<void> remove_membership() {
    CALSYNC_CHECK("stop", go_on());
    const auto row = parts_.live.rows.find("user/" + wish_.email);
    const std::string membership = row == parts_.live.rows.end() ? "" : text_in(row->second, "_membership");
    if (membership.empty())
      return Error{Errc::not_found, wish_.email + " has no membership of the organisation"};
    parts_.tell("out of the organisation");
    CALSYNC_CHECK("membership", take_out(organisation() + "/memberships/" + membership));
    return saga_.tell("membership_removed");
  }

  // Irrevocable: what goes with it is in the log before, for afterwards nobody can tell.
  Result<void> delete_account() {
    CALSYNC_CHECK("stop", go_on());
    CALSYNC_TRY(theirs, "bookings",
                all_hosting(parts_.api, parts_.settings.calcom.organization_id, wish_.email));
    if (theirs.size() != *wish_.account_with)
      return Error{Errc::conflict, "their account takes " + std::to_string(theirs.size()) +
                                       " bookings with it, and " + std::to_string(*wish_.account_with) +
                                       " were confirmed: run it again"};
    json::array lost;
    for (const LiveBooking& booking : theirs)
      lost.push_back(json::object{{"uid", booking.uid}, {"start", to_text(booking.start)}});
    parts_.tell("their account is deleted");
    CALSYNC_CHECK("account", saga_.tell("account", {{"lost", std::move(lost)}}));
    const std::string id = parts_.live.resources.at("user/" + wish_.email).id;
    CALSYNC_CHECK("account", take_out(organisation() + "/users/" + id));
    return saga_.tell("account_deleted");
  }

  // Only reading tells whether they are out.
  Result<void> take_out(const std::string& target) {
    auto answer = parts_.api.send("DELETE", target, "", ApiUse::interactive);
    CALSYNC_TRY(
        users, "read back",
        list_all(parts_.api,
                 Query(organisation() + "/users").add("emails", std::vector<std::string>{wish_.email}).path(),
                 ApiUse::interactive));
    const bool there = std::ranges::any_of(users, [&](const auto& one) {
      return equal_ignoring_case(text_in(one.second, "email"), wish_.email);
    });
    if (!there) {
      parts_.live.resources.erase("user/" + wish_.email);
      return {};
    }
    if (!answer) return answer.error();
    return answer->ok() ? Error{Errc::conflict, wish_.email + " is still a member"}
                        : answer->error("DELETE " + target);
  }

  const OffboardParts& parts_;
  const OffboardWish& wish_;
  Saga saga_;
  std::map<std::string, std::string> refusals_;  // what Cal.com said, by uid
  Evidence out_;
};

}  // namespace

Result<Evidence> offboard(const OffboardParts& parts, const OffboardWish& wish) {
  return Offboarding(parts, wish).run();
}

}  // namespace calsync
