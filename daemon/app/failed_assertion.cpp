#include "daemon/app/failed_assertion.hpp"

#include "daemon/app/run.hpp"
#include "state/base/log.hpp"

#include <assert.h>  // NOLINT(modernize-deprecated-headers): declares __assert_fail
#include <atomic>
#include <string_view>
#include <unistd.h>

namespace {

constexpr unsigned long_enough_s = 2;  // for another thread's line
std::atomic<bool> told_already = false;
thread_local bool tells = false;  // the logger itself may be what does not hold

}  // namespace

// The C library's hook. A definition in the program comes before the C library's own, for shared libraries, too.
// NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)
extern "C" void __assert_fail(const char* assertion, const char* file, unsigned int line,
                              const char* /*function*/) noexcept {
  using calsync::log::field;
  if (!told_already.exchange(true)) {
    tells = true;
    calsync::log::error(
        "an assertion does not hold: ending at once, as by kill -9; what was acknowledged is in the log, and "
        "a start goes on from there",
        {field("assertion", std::string_view(assertion)), field("file", std::string_view(file)),
         field("line", static_cast<std::uint64_t>(line))});
  } else if (!tells) {
    // The thread that tells ends the process, its line whole.
    ::sleep(long_enough_s);  // NOLINT(concurrency-mt-unsafe)
  }
  ::_exit(calsync::exit_failed);
}

namespace calsync {

void take_over_failed_assertions() {}

}  // namespace calsync
