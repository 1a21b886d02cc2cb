#include "state/views/json_pieces.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>

namespace calsync {
namespace {

std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return std::min(at + 1, text.size());
}

// To the comma or bracket that ends the value at `at`.
std::size_t skip_value(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      continue;
    }
    const bool closes = c == ']' || c == '}';
    if (depth == 0 && (closes || c == ',')) break;
    if (c == '[' || c == '{') ++depth;
    if (closes) --depth;
    ++at;
  }
  return at;
}

// Most strings say what they are made of: no escapes, nothing beyond ASCII.
bool is_plain(std::string_view inside) {
  return std::ranges::all_of(inside, [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

std::optional<std::string> unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    if (const auto inside = text.substr(1, text.size() - 2); is_plain(inside)) return std::string(inside);
  boost::system::error_code failed;
  const boost::json::value value =
      boost::json::parse(boost::json::string_view(text.data(), text.size()), failed);
  if (failed || !value.is_string()) return std::nullopt;
  return std::string(value.as_string());
}

// Of an object, each member's quoted name and its value, until `visit` says false.
template <class Visit>
void each_member(std::string_view text, const Visit& visit) {
  if (!text.starts_with('{')) return;
  for (std::size_t at = 1; at < text.size() && text[at] == '"';) {
    const std::size_t name_end = skip_string(text, at);
    const std::size_t end = skip_value(text, std::min(name_end + 1, text.size()));
    if (end <= name_end) return;
    if (!visit(text.substr(at, name_end - at), JsonPiece(text.substr(name_end + 1, end - name_end - 1))))
      return;
    at = end + 1;
  }
}

bool says(std::string_view quoted, std::string_view name) {
  if (const auto inside = quoted.substr(1, quoted.size() - 2); is_plain(inside)) return inside == name;
  return unquoted(quoted) == name;
}

}  // namespace

std::vector<std::pair<std::string, JsonPiece>> JsonPiece::members() const {
  std::vector<std::pair<std::string, JsonPiece>> out;
  each_member(text_, [&out](std::string_view quoted, const JsonPiece& piece) {
    auto name = unquoted(quoted);
    if (name) out.emplace_back(*std::move(name), piece);
    return name.has_value();
  });
  return out;
}

std::vector<JsonPiece> JsonPiece::elements() const {
  std::vector<JsonPiece> out;
  if (!text_.starts_with('[')) return out;
  for (std::size_t at = 1; at < text_.size() && text_[at] != ']';) {
    const std::size_t end = skip_value(text_, at);
    out.emplace_back(text_.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

JsonPiece JsonPiece::at(std::string_view name) const {
  JsonPiece found;
  each_member(text_, [&](std::string_view quoted, const JsonPiece& piece) {
    const bool here = says(quoted, name);
    if (here) found = piece;
    return !here;
  });
  return found;
}

JsonPiece JsonMembers::at(std::string_view name) const {
  for (const auto& [found, piece] : members_)
    if (found == name) return piece;
  return {};
}

std::optional<std::string> JsonPiece::string() const {
  return unquoted(text_);
}

std::optional<Integer> JsonPiece::integer() const {
  std::string_view digits = text_;
  const bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  std::uint64_t magnitude = 0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude);
  if (status != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return Integer{negative, magnitude};
}

std::optional<bool> JsonPiece::boolean() const {
  if (text_ == "true") return true;
  if (text_ == "false") return false;
  return std::nullopt;
}

std::optional<Instant> JsonPiece::instant() const {
  const auto text = string();
  if (!text) return std::nullopt;
  const auto at = parse_instant(*text);
  return at ? std::optional(*at) : std::nullopt;
}

std::optional<std::string> JsonPiece::json() const {
  return null() ? std::nullopt : std::optional(std::string(text_));
}

}  // namespace calsync
