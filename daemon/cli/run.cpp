#include "daemon/cli/run.hpp"

#include "daemon/cli/parse.hpp"
#include "state/base/log.hpp"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <thread>

namespace calsync::cli {

namespace {
// SIGINT and SIGTERM become a request to stop, so that a checkpoint is given back and a half-written file is
// not left. A second one ends at once. Must exist before any other thread: they inherit the mask.
class Interrupts {
 public:
  Interrupts() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    waiter_ = std::jthread([this](const std::stop_token& over) { wait(over); });
  }
  ~Interrupts() {
    waiter_.request_stop();
    // NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread): it only wakes sigwait(), all threads block it
    pthread_kill(waiter_.native_handle(), SIGTERM);
  }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  void wait(const std::stop_token& over) {
    int got = 0;
    while (sigwait(&signals_, &got) == 0 && !over.stop_requested()) {
      if (source_.stop_requested()) std::_Exit(128 + got);
      source_.request_stop();
    }
  }
  sigset_t signals_{};
  std::stop_source source_;
  std::jthread waiter_;
};

Exit finish(const Console& console, Exit exit) {
  if (!console.output_failed()) return exit;
  std::fputs("calsync: standard output could not be written: the answer is not complete\n", stderr);
  return Exit::failed;
}
}  // namespace

int run(int argc, const char* const* argv) {
  auto parsed = parse(argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  if (const auto* answered = std::get_if<Answered>(&parsed)) {
    std::fputs(answered->out.c_str(), stdout);
    std::fputs(answered->err.c_str(), stderr);
    return static_cast<int>(answered->exit);
  }
  log::start(log::Form::text, log::Level::warning);
  Interrupts interrupts;
  SystemClock clock;
  Console console(stdout, stderr, interrupts.token());
  auto& [globals, action] = std::get<Parsed>(parsed);
  console.set_color(globals.color);
  Context context{globals, console, clock, interrupts.token()};
  Exit exit = Exit::failed;
  try {
    exit = action(context);
  } catch (const std::exception& unexpected) {
    console.error({Errc::io, std::string("unexpected: ") + unexpected.what()});
  }
  console.flush();
  return static_cast<int>(finish(console, exit));
}

}  // namespace calsync::cli
