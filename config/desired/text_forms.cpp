#include "config/desired/text_forms.hpp"

#include "config/settings/secret_ref.hpp"
#include "state/base/utf8.hpp"

#include <algorithm>

namespace calsync {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, is_digit);
}
int value_of(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool is_e_mail(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && text.find('@', at + 1) == std::string_view::npos &&
         text.find('.', at) != std::string_view::npos && !text.ends_with('.') && text[at + 1] != '.' &&
         std::ranges::none_of(
             text, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == ','; });
}

bool is_web_address(std::string_view text) {
  const bool known = text.starts_with("https://") || text.starts_with("http://");
  const auto host = known ? text.substr(text.find("//") + 2) : std::string_view();
  return !host.empty() && host.front() != '/' &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

bool is_colour(std::string_view text) {
  const auto hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
  return text.size() == 7 && text[0] == '#' && std::ranges::all_of(text.substr(1), hex);
}

// Cal.com keeps a slug as it was given, spaces and all (CONTRACT §16).
bool is_slug(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '/'; });
}

}  // namespace

std::optional<int> minute_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':' || !all_digits(text.substr(0, 2)) || !all_digits(text.substr(3)))
    return {};
  const int hour = value_of(text.substr(0, 2)), minute = value_of(text.substr(3));
  if (hour > 23 || minute > 59) return {};
  return hour * 60 + minute;
}

std::optional<std::chrono::sys_days> day_of(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !all_digits(text.substr(0, 4)) ||
      !all_digits(text.substr(5, 2)) || !all_digits(text.substr(8)))
    return {};
  const std::chrono::year_month_day day{
      std::chrono::year{value_of(text.substr(0, 4))},
      std::chrono::month{static_cast<unsigned>(value_of(text.substr(5, 2)))},
      std::chrono::day{static_cast<unsigned>(value_of(text.substr(8)))}};
  if (!day.ok()) return {};
  return std::chrono::sys_days{day};
}

std::string hidden_in(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = utf8_character_size(text);
    if (size == 0) return "is no UTF-8: save the file in that encoding";
    const std::string_view character = text.substr(0, size);
    if (turns_direction(character))
      return "holds a character that turns the direction of writing: take it out";
    if (is_control(character) && character != "\n" && character != "\t")
      return "holds a control character: take it out";
    text.remove_prefix(size);
  }
  return {};
}

std::string problem_of(TextForm form, std::string_view text, const DesiredFacts& facts) {
  switch (form) {
    case TextForm::any:
      return {};
    case TextForm::e_mail:
      return is_e_mail(text) ? "" : "this is no e-mail address";
    case TextForm::time_zone:
      return facts.knows_zone(text) ? ""
                                    : "this is no time zone of the IANA data base, such as Europe/London";
    case TextForm::date:
      return day_of(text) ? "" : "this is no date: write it as \"2026-12-31\"";
    case TextForm::time_of_day:
      return minute_of_day(text)
                 ? ""
                 : R"(this is no time of day: write it as "09:30", in quotes; a day ends at "23:59")";
    case TextForm::web_address:
      return is_web_address(text) ? "" : "this is no web address: it begins with https://";
    case TextForm::slug:
      return is_slug(text) ? "" : "a slug has no '/'";
    case TextForm::colour:
      return is_colour(text) ? "" : "this is no colour: write it as \"#1a2b3c\", in quotes";
    case TextForm::secret: {
      const auto reference = parse_secret_ref(text);
      if (!reference) return reference.error().what;
      return reference->empty() ? "a secret is a reference: env:NAME, file:PATH …" : "";
    }
  }
  return {};
}

}  // namespace calsync
