#include "connectors/calcom/sandbox/server/faults.hpp"

#include <charconv>

namespace calsync::sandbox {

namespace {

Error bad_fault(std::string_view part, std::string_view why) {
  return {Errc::rejected, "fault \"" + std::string(part) + "\": " + std::string(why)};
}

Result<double> rate(std::string_view part, std::string_view text) {
  double value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc{} || end != text.data() + text.size() || !(value >= 0 && value <= 1))
    return bad_fault(part, "its rate must be a number from 0 to 1");
  return value;
}

double* place(FaultRates& rates, std::string_view name) {
  if (name == "drop") return &rates.drop;
  if (name == "duplicate") return &rates.duplicate;
  if (name == "reorder") return &rates.reorder;
  if (name == "late") return &rates.late;
  if (name == "http5xx") return &rates.http5xx;
  return name == "timeout" ? &rates.timeout : nullptr;
}

Result<void> take(std::string_view part, FaultRates& rates) {
  const auto equals = part.find('=');
  double* rate_of = place(rates, part.substr(0, equals));
  if (rate_of == nullptr || equals == std::string_view::npos)
    return bad_fault(
        part, "use drop=, duplicate=, reorder=, late=TIME:, http5xx= or timeout= with a rate from 0 to 1");
  std::string_view value = part.substr(equals + 1);
  if (rate_of == &rates.late) {
    const auto colon = value.find(':');
    if (colon == std::string_view::npos) return bad_fault(part, "say how late and how often: late=30s:0.05");
    CALSYNC_TRY(by, "fault late", parse_duration(value.substr(0, colon)));
    rates.late_by = by;
    value = value.substr(colon + 1);
  }
  CALSYNC_TRY(number, "fault", rate(part, value));
  *rate_of = number;
  return {};
}

}  // namespace

Result<FaultRates> parse_faults(std::string_view text) {
  FaultRates rates;
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (const auto taken = take(text.substr(0, comma), rates); !taken) return taken.error();
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  if (rates.drop + rates.duplicate + rates.reorder + rates.late > 1)
    return bad_fault("drop, duplicate, reorder, late",
                     "a delivery has one fault at most: their rates add up to more than 1");
  if (rates.http5xx + rates.timeout > 1)
    return bad_fault("http5xx, timeout", "their rates add up to more than 1");
  return rates;
}

double Faults::draw() {
  return static_cast<double>(draws_() >> 11U) * 0x1.0p-53;
}

DeliveryFault Faults::next_delivery() {
  double at = draw();
  const auto is = [&](double rate) {
    const bool hit = at < rate;
    at -= rate;
    return hit;
  };
  if (is(rates_.drop)) return DeliveryFault::drop;
  if (is(rates_.duplicate)) return DeliveryFault::duplicate;
  if (is(rates_.reorder)) return DeliveryFault::reorder;
  return is(rates_.late) ? DeliveryFault::late : DeliveryFault::none;
}

RequestFault Faults::next_request() {
  const double at = draw();
  const bool after = draw() < 0.5;
  if (at < rates_.http5xx) return after ? RequestFault::failed_after : RequestFault::failed;
  if (at < rates_.http5xx + rates_.timeout) return after ? RequestFault::silent_after : RequestFault::silent;
  return RequestFault::none;
}

}  // namespace calsync::sandbox
