#include "daemon/app/run.hpp"

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  try {
    calsync::harden_process();
    const auto parsed = calsync::parse_options(argc, argv);
    if (parsed.exit) return *parsed.exit;
    calsync::Wakeups wakeups;  // before any thread: signals are blocked in all of them
    return calsync::run_task(parsed.options, wakeups);
  } catch (const std::exception& bug) {
    std::cerr << "calsyncd: " << bug.what() << '\n';
    return calsync::exit_failed;
  }
}
