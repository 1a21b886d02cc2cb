#include "daemon/cli/console.hpp"

#include "state/base/utf8.hpp"

#include <sys/ioctl.h>

#include <cerrno>
#include <cstdlib>
#include <poll.h>
#include <unistd.h>

namespace calsync::cli {

namespace {
const char* code_of(Paint paint) {
  switch (paint) {
    case Paint::good:
      return "32";
    case Paint::warn:
      return "33";
    case Paint::bad:
      return "31";
    case Paint::dim:
      return "2";
    case Paint::strong:
      return "1";
    case Paint::plain:
      break;
  }
  return "0";
}

// Shows nothing, or turns the direction of what follows:
// what is read is not what is there. Line separators, too.
bool is_unseen(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned>(character[i]) & 0x3FU; };
  if (character == "\xD8\x9C") return true;  // U+061C
  if (character.size() != 3) return false;
  const unsigned code = (static_cast<unsigned>(character[0]) & 0xFU) << 12U | byte(1) << 6U | byte(2);
  return (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}
}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_character_size(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0 || is_control(character) || is_unseen(character))
      out += utf8_replacement;
    else
      out += character;
    text.remove_prefix(character.size());
  }
  return out;
}

void Console::set_color(ColorMode mode) {
  const char* term = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): before other threads matter
  const char* no_color = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe)
  const bool wanted =
      (no_color == nullptr || *no_color == '\0') && term != nullptr && std::string_view(term) != "dumb";
  const auto decide = [&](bool terminal) {
    return mode == ColorMode::always || (mode == ColorMode::automatic && wanted && terminal);
  };
  color_out_ = decide(out_is_terminal());
  color_err_ = decide(err_is_terminal());
}

void Console::answer(std::string_view text) {
  if (gone_ || failed_) return;
  end_status_line();
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), out_) == text.size()) return;
  (errno == EPIPE ? gone_ : failed_) = true;
}

void Console::line(std::string_view text) {
  answer(text);
  answer("\n");
}

void Console::flush() {
  if (gone_ || failed_) return;
  errno = 0;
  if (std::fflush(out_) != 0) (errno == EPIPE ? gone_ : failed_) = true;
}

void Console::note(std::string_view text) {
  flush();
  end_status_line();
  std::fprintf(err_, "calsync: %.*s\n", static_cast<int>(text.size()), text.data());
}

void Console::hint(std::string_view text) {
  std::fprintf(err_, "  %.*s\n", static_cast<int>(text.size()), text.data());
}

void Console::error(const Error& error) {
  flush();
  end_status_line();
  // Where in the program it happened is for those who look for a bug in it.
  const char* debug =
      std::getenv("CALSYNC_DEBUG");  // NOLINT(concurrency-mt-unsafe): nothing of ours calls setenv
  const std::string text = debug != nullptr && *debug != '\0' ? error.text() : error.what;
  std::fprintf(err_, "calsync: %s%s%s\n", color_err_ ? "\x1b[31m" : "", printable(text).c_str(),
               color_err_ ? "\x1b[0m" : "");
}

void Console::status_line(std::string_view text) {
  if (!err_is_terminal()) return;
  const std::string shown(text.substr(0, width() - 1));
  std::fprintf(err_, "\r%s\x1b[K", shown.c_str());
  std::fflush(err_);
  status_open_ = true;
}

void Console::end_status_line() {
  if (!status_open_) return;
  std::fputs("\r\x1b[K", err_);
  std::fflush(err_);
  status_open_ = false;
}

std::string Console::paint(Paint paint, std::string_view text) const {
  if (!color_out_ || paint == Paint::plain) return std::string(text);
  return std::string("\x1b[") + code_of(paint) + "m" + std::string(text) + "\x1b[0m";
}

bool Console::out_is_terminal() const {
  return ::isatty(::fileno(out_)) == 1;
}
bool Console::err_is_terminal() const {
  return ::isatty(::fileno(err_)) == 1;
}

std::size_t Console::width() const {
  winsize size{};
  for (std::FILE* file : {out_, err_})
    if (::isatty(::fileno(file)) == 1 && ::ioctl(::fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
      return size.ws_col;
  return out_is_terminal() || err_is_terminal() ? 80 : 1U << 20U;
}

Result<bool> Console::confirm(std::string_view question) {
  flush();
  end_status_line();
  if (::isatty(STDIN_FILENO) != 1 || !err_is_terminal())
    return Error{Errc::rejected, "nobody is there to ask (no terminal): repeat it with --yes"};
  std::fprintf(err_, "%.*s [y/N] ", static_cast<int>(question.size()), question.data());
  std::fflush(err_);
  std::string typed;
  while (!stop_.stop_requested()) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (::poll(&input, 1, 100) <= 0) continue;
    char c = 0;
    if (::read(STDIN_FILENO, &c, 1) != 1 || c == '\n') return typed == "y" || typed == "Y" || typed == "yes";
    typed += c;
  }
  std::fputs("\n", err_);
  return Error{Errc::cancelled, "interrupted"};
}

}  // namespace calsync::cli
