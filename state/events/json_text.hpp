// JSON written by hand: the same values give the same bytes, on every machine and in every version of a
// library. Pure. Strings are UTF-8 and pass as they are; only what RFC 8259 §7 requires is escaped.
#pragma once
#include "state/base/time.hpp"
#include "state/events/integer.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace calsync {

void append_json(std::string& out, std::string_view text);  // quoted
std::string pointer_step(std::string_view name);  // one step of a JSON pointer (RFC 6901 §3), without the '/'
void append_json(std::string& out, const Integer& number);
void append_json(std::string& out, Instant instant);
inline void append_json(std::string& out, bool value) {
  out += value ? "true" : "false";
}
inline void append_json(std::string& out, const std::string& text) {
  append_json(out, std::string_view(text));
}

template <class T>
// Absent is null, never missing (DESIGN §8).
void append_json(std::string& out, const std::optional<T>& value) {
  if (value)
    append_json(out, *value);
  else
    out += "null";
}

// {"a":1,"b":null}: writes the commas; the names are ours and need no escaping.
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_ += '{'; }
  std::string& key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
    return out_;
  }
  template <class T>
  JsonObject& add(std::string_view name, const T& value) {
    append_json(key(name), value);
    return *this;
  }
  JsonObject& add_text(std::string_view name, std::string_view json) {  // `json` is JSON already; empty: null
    key(name) += json.empty() ? std::string_view("null") : json;
    return *this;
  }
  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace calsync
