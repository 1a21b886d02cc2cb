#include "state/base/log.hpp"

#include "state/base/log_text.hpp"
#include "state/base/time.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <mutex>
#include <span>
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
    made->logger =
        std::make_shared<spdlog::logger>("calsync", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->logger->set_pattern("%v");
    made->logger->set_level(spdlog::level::info);
    made->logger->flush_on(spdlog::level::trace);
    return made;
  }();
  return *only;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

const char* name(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "error";
}

const char* journal_priority(Level level) {
  switch (level) {
    case Level::debug:
      return "<7>";
    case Level::info:
      return "<6>";
    case Level::warning:
      return "<4>";
    case Level::error:
      return "<3>";
  }
  return "<3>";
}

void append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  append_json_text(out, text);
  out.push_back('"');
}

template <class Number>
void append_number(std::string& out, Number number) {
  char text[40];
  out.append(text, std::to_chars(text, text + sizeof text, number).ptr);
}

struct ValueWriter {
  std::string& out;
  void operator()(const std::string& value) const { append_quoted(out, value); }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(std::int64_t value) const { append_number(out, value); }
  void operator()(std::uint64_t value) const { append_number(out, value); }
  void operator()(double value) const {
    if (std::isfinite(value))
      append_number(out, value);
    else
      out += "null";  // JSON has no infinity
  }
};

std::string render_json(Level level, std::string_view at, std::string_view message,
                        std::span<const Field> fields) {
  std::string out = R"({"at":")" + std::string(at) + R"(","level":")" + name(level) + R"(","message":)";
  append_quoted(out, message);
  for (const Field& f : fields) {
    out.push_back(',');
    append_quoted(out, f.name);
    out.push_back(':');
    std::visit(ValueWriter{out}, f.value);
  }
  out.push_back('}');
  return out;
}

std::string render_line(Form form, Level level, std::string_view at, std::string_view message,
                        std::span<const Field> fields) {
  if (form == Form::json) return render_json(level, at, message, fields);
  std::string out = form == Form::journal ? std::string(journal_priority(level))
                                          : std::string(at) + " " + name(level) + " ";
  append_plain_text(out, message);
  for (const Field& f : fields) {
    out.push_back(' ');
    out += f.name;
    out.push_back('=');
    std::visit(ValueWriter{out}, f.value);
  }
  return out;
}

// Before rendering: an escaped secret would no longer be found in the line.
std::vector<Field> hide_in(std::span<const Field> fields, const std::vector<Secret>& hidden) {
  std::vector<Field> out(fields.begin(), fields.end());
  for (Field& f : out)
    if (auto* text = std::get_if<std::string>(&f.value)) *text = without_secrets(std::move(*text), hidden);
  return out;
}

}  // namespace

void start(Form form, Level least) {
  sink().form = form;
  sink().logger->set_level(to_spdlog(least));
}

void hide(const Secret& secret) {
  if (secret.size() < 6) return;  // replacing so short a text would garble every line and hide nothing
  Sink& s = sink();
  std::string escaped;  // as it looks inside JSON that somebody else wrote
  append_json_text(escaped, secret.reveal());
  const std::lock_guard lock(s.mutex);
  for (const Secret& form : {secret, Secret(std::move(escaped))}) {
    const auto same = [&form](const Secret& known) { return known.reveal() == form.reveal(); };
    if (std::ranges::any_of(s.hidden, same)) continue;
    // Longest first: a shorter secret inside a longer one must not leave the rest of it readable.
    const auto at =
        std::ranges::find_if(s.hidden, [&form](const Secret& known) { return known.size() < form.size(); });
    s.hidden.insert(at, form);
  }
}

std::string render(Form form, Level level, std::string_view at, std::string_view message,
                   std::initializer_list<Field> fields) {
  return render_line(form, level, at, message, {fields.begin(), fields.size()});
}

void write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  Sink& s = sink();
  if (!s.logger->should_log(to_spdlog(level))) return;
  const std::string at = to_text(SystemClock{}.wall());
  std::string line;
  {
    const std::lock_guard lock(s.mutex);
    const std::vector<Field> shown = hide_in({fields.begin(), fields.size()}, s.hidden);
    line = render_line(s.form, level, at, without_secrets(std::string(message), s.hidden), shown);
  }
  s.logger->log(to_spdlog(level), spdlog::string_view_t{line});
}

}  // namespace calsync::log
