// The daemon's own log: one JSON object a line on standard error, or journald's native priority prefix.
// Owner:    main().
// Runs on:  any thread.
// Blocks:   only on standard error. Known secrets are cut out of every line (P21).
#pragma once
#include "state/base/secret.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace calsync::log {

enum class Level { debug, info, warning, error };
enum class Form { json, journal, text };  // journal: "<6>message key=value", as sd-daemon(3) reads it

struct Field {
  std::string_view name;
  std::variant<std::int64_t, std::uint64_t, double, bool, std::string> value;
};
inline Field field(std::string_view name, std::string_view value) {
  return {name, std::string(value)};
}
inline Field field(std::string_view name, const char* value) {
  return {name, std::string(value)};
}
inline Field field(std::string_view name, bool value) {
  return {name, value};
}
inline Field field(std::string_view name, std::uint64_t value) {
  return {name, value};
}
inline Field field(std::string_view name, std::int64_t value) {
  return {name, value};
}
inline Field field(std::string_view name, int value) {
  return {name, static_cast<std::int64_t>(value)};
}
inline Field field(std::string_view name, double value) {
  return {name, value};
}

void start(Form form, Level least);  // once, before other threads; until then: text, info
void hide(const Secret& secret);     // this value is replaced by *** in every later line

void write(Level level, std::string_view message, std::initializer_list<Field> fields);
inline void debug(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::debug, message, fields);
}
inline void info(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::info, message, fields);
}
inline void warning(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::warning, message, fields);
}
inline void error(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::error, message, fields);
}

// Pure: the line as it would be written, without the end of line. For tests.
std::string render(Form form, Level level, std::string_view at, std::string_view message,
                   std::initializer_list<Field> fields);

}  // namespace calsync::log
