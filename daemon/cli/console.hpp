// What a person or a script sees: standard output holds only the answer,
// everything else goes to standard error.
// Owner:    main().
// Runs on:  the main thread.
// Blocks:   on the terminal or pipe. Colours and widths only where a terminal is.
#pragma once
#include "state/base/error.hpp"

#include <cstdio>
#include <stop_token>
#include <string>
#include <string_view>

namespace calsync::cli {

enum class ColorMode { automatic, always, never };
enum class Paint { plain, good, warn, bad, dim, strong };

// Control characters (also C1, and bytes that are no UTF-8), and those without width or that turn a text's
// direction, become U+FFFD: what a stranger sent cannot drive a terminal, nor look like something else.
std::string printable(std::string_view text);

class Console {
 public:
  Console(std::FILE* out, std::FILE* err, std::stop_token stop)
      : out_(out), err_(err), stop_(std::move(stop)) {}
  // Automatic: a terminal, TERM is not "dumb", NO_COLOR is not set (no-color.org).
  void set_color(ColorMode mode);

  void answer(std::string_view text);  // as it is; nothing is added
  void line(std::string_view text);    // an answer with an end of line
  void flush();
  [[nodiscard]] bool output_gone() const {
    return gone_;
  }  // the reader closed the pipe: stop, that is no failure
  [[nodiscard]] bool output_failed() const {
    return failed_;
  }  // a full disk and the like: the answer is not complete

  void note(std::string_view text);  // "calsync: …" on standard error
  void hint(std::string_view text);  // indented below a note
  void error(const Error& error);    // its words; with CALSYNC_DEBUG set also its trail
  // Progress: one line that replaces itself; only where err is a terminal.
  void status_line(std::string_view text);
  void end_status_line();

  [[nodiscard]] std::string paint(Paint paint, std::string_view text) const;  // for standard output
  [[nodiscard]] bool out_is_terminal() const;
  [[nodiscard]] bool err_is_terminal() const;
  // Columns of the terminal; a very large number where there is none.
  [[nodiscard]] std::size_t width() const;
  // Asks on standard error. Fails: rejected where nobody can be asked
  // (no terminal), cancelled when interrupted.
  Result<bool> confirm(std::string_view question);

 private:
  std::FILE* out_;
  std::FILE* err_;
  std::stop_token stop_;
  bool color_out_ = false, color_err_ = false;
  bool gone_ = false, failed_ = false, status_open_ = false;
};

}  // namespace calsync::cli
