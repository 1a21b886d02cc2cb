#include "connectors/webhook/outcome.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace calsync {
namespace {

std::string_view phrase(unsigned status) {
  switch (status) {
    case 401:
      return "401 Unauthorized";
    case 404:
      return "404 Not Found";
    case 405:
      return "405 Method Not Allowed";
    case 408:
      return "408 Request Timeout";
    case 411:
      return "411 Length Required";
    case 413:
      return "413 Content Too Large";
    case 414:
      return "414 URI Too Long";
    case 429:
      return "429 Too Many Requests";
    case 431:
      return "431 Request Header Fields Too Large";
    case 503:
      return "503 Service Unavailable";
    case 505:
      return "505 HTTP Version Not Supported";
    default:
      return "400 Bad Request";
  }
}

void append_number(std::string& out, std::uint64_t value) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

std::size_t digits_of(std::uint64_t value) {
  std::size_t count = 1;
  for (; value >= 10; value /= 10) ++count;
  return count;
}

}  // namespace

const char* to_text(IntakeOutcome outcome) {
  static constexpr std::array<const char*, intake_outcomes> names{
      "accepted",  "duplicate",  "bad_signature", "throttled", "malformed",
      "not_found", "method",     "no_length",     "too_large", "timeout",
      "full",      "unwritable", "gone",          "push",      "other_event"};
  return names[static_cast<std::size_t>(outcome)];
}

IntakeOutcome outcome_of_status(unsigned refused_status) {
  switch (refused_status) {
    case 401:
      return IntakeOutcome::bad_signature;
    case 404:
      return IntakeOutcome::not_found;
    case 405:
      return IntakeOutcome::method;
    case 408:
      return IntakeOutcome::timeout;
    case 411:
      return IntakeOutcome::no_length;
    case 413:
    case 414:
    case 431:
      return IntakeOutcome::too_large;
    case 429:
      return IntakeOutcome::throttled;
    case 503:
      return IntakeOutcome::full;
    default:
      return IntakeOutcome::malformed;
  }
}

namespace {

void begin_good(std::string& out, std::string_view status, std::string_view date, bool keep_alive) {
  out += "HTTP/1.1 ";
  out += status;
  out += "\r\nContent-Type: application/json\r\nDate: ";
  out += date;
  if (keep_alive) {
    out += "\r\nKeep-Alive: timeout=";
    append_number(out, static_cast<std::uint64_t>(keep_alive_hint.count()));
  } else {
    out += "\r\nConnection: close";
  }
}

}  // namespace

void write_push_heard(std::string& out, bool heard, std::string_view date, bool keep_alive) {
  const std::string_view body = heard ? R"({"heard":true})" : R"({"heard":false,"ignored":"no push"})";
  begin_good(out, heard ? "202 Accepted" : "200 OK", date, keep_alive);
  out += "\r\nContent-Length: ";
  append_number(out, body.size());
  out += "\r\n\r\n";
  out += body;
}

void write_accepted(std::string& out, RawSequence sequence, std::string_view date, bool keep_alive) {
  constexpr std::string_view before = "{\"sequence\":";
  constexpr std::string_view after = "}";
  begin_good(out, "200 OK", date, keep_alive);
  out += "\r\nContent-Length: ";
  append_number(out, before.size() + digits_of(sequence.value()) + after.size());
  out += "\r\n\r\n";
  out += before;
  append_number(out, sequence.value());
  out += after;
}

void write_refusal(std::string& out, const RequestRefusal& refusal, std::string_view date,
                   std::chrono::seconds retry_after) {
  out += "HTTP/1.1 ";
  out += phrase(refusal.status);
  out += "\r\nContent-Type: text/plain\r\nDate: ";
  out += date;
  out += "\r\nConnection: close\r\n";
  if (refusal.status == 405) out += "Allow: POST\r\n";
  if (refusal.status == 401) out += "WWW-Authenticate: HMAC-SHA256\r\n";
  if (retry_after.count() > 0) {
    out += "Retry-After: ";
    append_number(out, static_cast<std::uint64_t>(retry_after.count()));
    out += "\r\n";
  }
  // 405 answers HEAD too, and an answer to HEAD has no content.
  const bool with_text = refusal.status != 405;
  out += "Content-Length: ";
  append_number(out, with_text ? refusal.reason.size() + 1 : 0);
  out += "\r\n\r\n";
  if (!with_text) return;
  out += refusal.reason;
  out += '\n';
}

std::string http_date(Instant at) {
  static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  std::array<char, 64> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                    days[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                    months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                    static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                    static_cast<int>(time.seconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace calsync
