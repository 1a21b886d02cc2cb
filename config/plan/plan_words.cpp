#include "config/plan/plan_words.hpp"

#include "config/plan/hashes.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace {

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

// Not in the middle of a character.
std::string cut(const std::string& text, std::size_t most) {
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

std::string amount_words(std::int64_t amount, const std::string& currency) {
  const auto magnitude =
      amount < 0 ? 0 - static_cast<std::uint64_t>(amount) : static_cast<std::uint64_t>(amount);
  const std::string cents = std::to_string(magnitude % 100);
  return (amount < 0 ? "-" : "") + std::to_string(magnitude / 100) + "." + (cents.size() == 1 ? "0" : "") +
         cents + (currency.empty() ? "" : " " + currency);
}

}  // namespace

std::string short_value(const boost::json::value& value, std::size_t most) {
  std::string text = canonical(value);
  if (text.size() <= most) return text;
  return cut(text, most) + "… (" + std::to_string(text.size()) + " characters)";
}

std::string impact_words(const std::optional<Impact>& impact) {
  if (!impact) return "which bookings it touches is not known";
  if (impact->empty()) return {};
  std::string out = "touches " + counted(impact->bookings.size(), "future booking", "future bookings");
  if (!impact->bookings.empty()) out += " (the first " + impact->bookings.front().start + ")";
  out += ", " + counted(impact->people.size(), "person", "people");
  for (const auto& [currency, amount] : impact->amounts) out += ", " + amount_words(amount, currency);
  return out;
}

std::string summary_words(const Plan& plan) {
  std::string out;
  for (const auto action : {Action::create, Action::update, Action::disable, Action::remove}) {
    const auto count = std::ranges::count(plan.changes, action, &Change::action);
    if (count > 0) out += (out.empty() ? "" : ", ") + std::to_string(count) + " to " + to_text(action);
  }
  if (out.empty()) return "nothing to change";
  return out + "; about " + std::to_string(plan.estimated_seconds) + " s";
}

std::string commit_words(const Plan& plan) {
  return "commit " + plan.commit.substr(0, 12) + (plan.dirty ? ", with changes that are not committed" : "");
}

std::string origin_words(ChangeOrigin origin) {
  switch (origin) {
    case ChangeOrigin::live:
      return "changed live";
    case ChangeOrigin::both:
      return "changed in Git and live";
    default:
      return {};
  }
}

}  // namespace calsync
