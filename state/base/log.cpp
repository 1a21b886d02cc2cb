#include "state/base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "state/base/time.hpp"

#include <charconv>
#include <mutex>
#include <vector>

namespace calsync::log {
namespace {

struct Sink {
  std::shared_ptr<spdlog::logger> logger;
  Form form = Form::text;
  std::mutex mutex;
  std::vector<Secret> hidden;  // guarded by mutex
};

Sink& sink() {
  static Sink* const only = [] {
    auto* made = new Sink;  // never destroyed: threads may log while statics go away
    made->logger = std::make_shared<spdlog::logger>("calsync", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->logger->set_pattern("%v");
    made->logger->set_level(spdlog::level::info);
    made->logger->flush_on(spdlog::level::trace);
    return made;
  }();
  return *only;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

const char* name(Level level) {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warning: return "warning";
    case Level::error: return "error";
  }
  return "error";
}

const char* journal_priority(Level level) {
  switch (level) {
    case Level::debug: return "<7>";
    case Level::info: return "<6>";
    case Level::warning: return "<4>";
    case Level::error: return "<3>";
  }
  return "<3>";
}

void append_json_text(std::string& out, std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      out.push_back(digits[byte >> 4U]);
      out.push_back(digits[byte & 0x0fU]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void append_value(std::string& out, const Field& field) {
  std::visit(
      [&out](const auto& value) {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::string>) append_json_text(out, value);
        else if constexpr (std::is_same_v<T, bool>) out += value ? "true" : "false";
        else {
          char text[40];
          const auto end = std::to_chars(text, text + sizeof text, value).ptr;
          out.append(text, end);
        }
      },
      field.value);
}

std::string without_secrets(std::string line) {
  Sink& s = sink();
  const std::lock_guard lock(s.mutex);
  for (const Secret& secret : s.hidden) {
    for (std::size_t at = line.find(secret.reveal()); at != std::string::npos; at = line.find(secret.reveal(), at + 3))
      line.replace(at, secret.size(), "***");
  }
  return line;
}

}  // namespace

void start(Form form, Level least) {
  sink().form = form;
  sink().logger->set_level(to_spdlog(least));
}

void hide(const Secret& secret) {
  if (secret.size() < 6) return;  // replacing so short a text would garble every line and hide nothing
  Sink& s = sink();
  const std::lock_guard lock(s.mutex);
  for (const Secret& known : s.hidden)
    if (known.reveal() == secret.reveal()) return;
  s.hidden.push_back(secret);
}

std::string render(Form form, Level level, std::string_view at, std::string_view message,
                   std::initializer_list<Field> fields) {
  std::string out;
  if (form == Form::json) {
    out = "{\"at\":\"" + std::string(at) + "\",\"level\":\"" + name(level) + "\",\"message\":";
    append_json_text(out, message);
    for (const Field& f : fields) {
      out.push_back(',');
      append_json_text(out, f.name);
      out.push_back(':');
      append_value(out, f);
    }
    out.push_back('}');
    return out;
  }
  out = form == Form::journal ? std::string(journal_priority(level)) : std::string(at) + " " + name(level) + " ";
  out += message;
  for (const Field& f : fields) {
    out.push_back(' ');
    out += f.name;
    out.push_back('=');
    append_value(out, f);
  }
  return out;
}

void write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  Sink& s = sink();
  if (!s.logger->should_log(to_spdlog(level))) return;
  SystemClock clock;
  s.logger->log(to_spdlog(level), spdlog::string_view_t{without_secrets(render(s.form, level, to_text(clock.wall()), message, fields))});
}

}  // namespace calsync::log
