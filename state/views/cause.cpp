#include "state/views/cause.hpp"

#include "state/views/config_event.hpp"
#include "state/views/value_codec.hpp"

#include <vector>

namespace calsync {
namespace {

constexpr std::chrono::minutes provoked_within{10};
constexpr std::string_view of_booking = "called/booking/", of_user = "called/user/";

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto end = path.find('/');
    if (end != 0) parts.push_back(path.substr(0, end));
    path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
  }
  return parts;
}

// /v2/bookings/UID/…, /v2/organizations/ORG/users/USER/ooo…; empty: neither.
std::string row_of(std::string_view path) {
  const auto parts = parts_of(path);
  if (parts.size() >= 3 && parts[1] == "bookings") return std::string(of_booking).append(parts[2]);
  if (parts.size() >= 6 && parts[1] == "organizations" && parts[3] == "users" && parts[5] == "ooo")
    return std::string(of_user).append(parts[4]);
  return {};
}

std::string cause_in(Folding& folding, const std::string& row) {
  const auto known = folding.views.get(row);
  if (!known) return {};
  std::string_view bytes = *known;
  Instant at;
  std::uint64_t sequence = 0;
  if (!take(bytes, at) || !take_varint(bytes, sequence)) throw ViewDamaged(row);
  const bool provoked = folding.record.received >= at && folding.record.received <= at + provoked_within;
  return provoked ? "raw/" + std::to_string(sequence) : std::string();
}

}  // namespace

void note_call(ViewTable& views, const RawRecord& record, const boost::json::object& said) {
  if (said_text(said, "record") != "call.intent") return;
  std::string row = row_of(said_text(said, "path"));
  if (row.empty()) return;
  std::string bytes;
  put(bytes, record.received);
  put_varint(bytes, record.sequence.value());
  views.put(std::move(row), std::move(bytes));
}

std::string cause_of_booking(Folding& folding, const std::string& uid, const std::string& moved_from) {
  auto cause = cause_in(folding, std::string(of_booking) + uid);
  return cause.empty() && !moved_from.empty() ? cause_in(folding, std::string(of_booking) + moved_from)
                                              : cause;
}

std::string cause_of_time_off(Folding& folding, const std::string& user) {
  return user.empty() ? std::string() : cause_in(folding, std::string(of_user) + user);
}

}  // namespace calsync
