#include "daemon/people/evidence.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

json::object about(const LiveBooking& booking) {
  return {{"uid", booking.uid}, {"title", booking.title}, {"start", to_text(booking.start)}};
}

}  // namespace

json::object to_json(const Evidence& evidence) {
  json::array moved, left, hosts, only_host;
  for (const auto& one : evidence.bookings) {
    json::object row = about(one.booking);
    row["outcome"] = one.outcome;
    row["message"] = one.message.empty() ? json::value(nullptr) : json::value(one.message);
    moved.push_back(std::move(row));
  }
  for (const auto& one : evidence.left) {
    json::object row = about(one.booking);
    row["why"] = one.why;
    left.push_back(std::move(row));
  }
  for (const auto& address : evidence.hosts) hosts.emplace_back(address);
  for (const auto& address : evidence.only_host) only_host.emplace_back(address);
  return {{"format", "calsync.offboarding/1"},
          {"email", evidence.email},
          {"to", evidence.to.empty() ? json::value(nullptr) : json::value(evidence.to)},
          {"began", to_text(evidence.began)},
          {"ended", to_text(evidence.ended)},
          {"bookings", std::move(moved)},
          {"left", std::move(left)},
          {"hosts", std::move(hosts)},
          {"onlyHostOf", std::move(only_host)},
          {"membershipRemoved", evidence.membership_removed},
          {"complete", evidence.complete()}};
}

}  // namespace calsync
