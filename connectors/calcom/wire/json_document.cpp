#include "connectors/calcom/wire/json_document.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <cmath>
#include <cstring>

namespace calsync {
namespace {

namespace json = boost::json;

enum class Refusal { none, nul, number };

// Builds the value as json::parser does, and counts the names of objects on the way: a name that came twice
// is then missing from the finished value.
struct Handler {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  json::value_stack stack;
  std::size_t names = 0;
  Refusal refusal = Refusal::none;

  using Code = json::error_code;
  bool refuse(Refusal why, Code& ec) {
    refusal = why;
    ec = json::error::syntax;
    return false;
  }
  bool clean(json::string_view s, Code& ec) {
    return std::memchr(s.data(), 0, s.size()) == nullptr || refuse(Refusal::nul, ec);
  }
  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return true; }
  bool on_object_end(std::size_t n, Code&) {
    names += n;
    stack.push_object(n);
    return true;
  }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t n, Code&) {
    stack.push_array(n);
    return true;
  }
  bool on_key_part(json::string_view s, std::size_t, Code& ec) {
    stack.push_chars(s);
    return clean(s, ec);
  }
  bool on_key(json::string_view s, std::size_t, Code& ec) {
    stack.push_key(s);
    return clean(s, ec);
  }
  bool on_string_part(json::string_view s, std::size_t, Code& ec) {
    stack.push_chars(s);
    return clean(s, ec);
  }
  bool on_string(json::string_view s, std::size_t, Code& ec) {
    stack.push_string(s);
    return clean(s, ec);
  }
  bool on_number_part(json::string_view, Code&) { return true; }
  bool on_int64(std::int64_t i, json::string_view, Code&) {
    stack.push_int64(i);
    return true;
  }
  bool on_uint64(std::uint64_t u, json::string_view, Code&) {
    stack.push_uint64(u);
    return true;
  }
  bool on_double(double d, json::string_view, Code& ec) {
    if (!std::isfinite(d)) return refuse(Refusal::number, ec);
    stack.push_double(d);
    return true;
  }
  bool on_bool(bool b, Code&) {
    stack.push_bool(b);
    return true;
  }
  bool on_null(Code&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, Code&) { return true; }
  bool on_comment(json::string_view, Code&) { return true; }
};

std::size_t count_names(const json::value& value) {  // at most 64 levels deep
  std::size_t count = 0;
  if (const auto* object = value.if_object()) {
    count = object->size();
    for (const auto& [name, member] : *object) count += count_names(member);
  } else if (const auto* array = value.if_array()) {
    for (const auto& member : *array) count += count_names(member);
  }
  return count;
}

std::string explain(const json::error_code& ec, Refusal refusal, std::string_view text) {
  if (refusal == Refusal::nul) return "a string holds U+0000";
  if (refusal == Refusal::number) return "a number is larger than any that JSON readers hold";
  if (ec == json::error::too_deep) return "nested deeper than 64 levels";
  if (ec == json::error::incomplete) return text.empty() ? "an empty body" : "the JSON ends too early";
  if (ec == json::error::extra_data) return "something follows the JSON value";
  if (text.starts_with("\xEF\xBB\xBF")) return "a byte order mark stands before the JSON";
  if (ec == json::error::expected_utf16_escape || ec == json::error::illegal_leading_surrogate ||
      ec == json::error::illegal_trailing_surrogate)
    return "a lone surrogate in a string";
  return "not JSON";
}

}  // namespace

// The block stays uninitialised: it is only memory.  NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
JsonDocument::JsonDocument(std::string_view text) : memory_(first_block_.data(), first_block_.size()) {
  json::parse_options options;
  options.max_depth = 64;
  json::basic_parser<Handler> parser(options);
  json::error_code ec;
  parser.handler().stack.reset(&memory_);
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  if (!ec && used < text.size()) ec = json::error::extra_data;
  if (ec) {
    problem_ = explain(ec, parser.handler().refusal, text);
    return;
  }
  root_.emplace(parser.handler().stack.release());
  if (count_names(*root_) == parser.handler().names) return;
  root_.reset();
  problem_ = "an object holds the same name twice";
}

}  // namespace calsync
