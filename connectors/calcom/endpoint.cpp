#include "connectors/calcom/endpoint.hpp"

#include <algorithm>

namespace calsync {
namespace {

constexpr std::string_view api_words[] = {"absent",
                                          "api-keys",
                                          "apple",
                                          "attributes",
                                          "auth-url",
                                          "bookings",
                                          "by-seat",
                                          "calendars",
                                          "cancel",
                                          "check",
                                          "conferencing",
                                          "confirm",
                                          "connect",
                                          "decline",
                                          "default",
                                          "event-types",
                                          "google",
                                          "mark-absent",
                                          "me",
                                          "memberships",
                                          "oauth",
                                          "office365",
                                          "ooo",
                                          "options",
                                          "organizations",
                                          "private-links",
                                          "reassign",
                                          "refresh",
                                          "reschedule",
                                          "routing-form",
                                          "routing-forms",
                                          "schedules",
                                          "slots",
                                          "stripe",
                                          "teams",
                                          "users",
                                          "verified-resources",
                                          "webhooks",
                                          "workflows"};
constexpr std::size_t steps_max = 8;

std::string_view next_step(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('/'), rest.size());
  const std::string_view step = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return step;
}

}  // namespace

std::string endpoint_name(std::string_view path) {
  path = path.substr(0, path.find('?'));
  std::string out;
  std::size_t steps = 0;
  while (!path.empty() && steps < steps_max) {
    const std::string_view step = next_step(path);
    if (step.empty() || (steps == 0 && step == "v2")) continue;
    out += (out.empty() ? "" : ".");
    out += std::ranges::find(api_words, step) == std::end(api_words) ? std::string_view("id") : step;
    ++steps;
  }
  return out.empty() ? "none" : out;
}

}  // namespace calsync
