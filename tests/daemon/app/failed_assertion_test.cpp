#include "daemon/app/failed_assertion.hpp"

#include "daemon/app/run.hpp"

#include <gtest/gtest.h>
#include <rocksdb/iterator.h>
#include <sys/wait.h>

#include <array>
#include <assert.h>  // NOLINT(modernize-deprecated-headers): declares __assert_fail
#include <chrono>
#include <dlfcn.h>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

namespace calsync {
namespace {

TEST(FailedAssertionDeathTest, EndsTheProcessWithAnExitCodeAndAClearLineAndNotByASignal) {
  EXPECT_EXIT(__assert_fail("!seen_error()", "writer.h", 7, "f"), testing::ExitedWithCode(exit_failed),
              "an assertion does not hold.*what was acknowledged is in the log.*seen_error");
}

struct Pipe {
  Pipe() { EXPECT_EQ(::pipe(ends.data()), 0); }
  std::array<int, 2> ends{};
};

// Nobody reads what the process says, until the pipe is full: whoever tells waits in the middle of it.
void fill(int end) {
  ::fcntl(end, F_SETFL, O_NONBLOCK);
  const std::string page(4096, '.');
  while (::write(end, page.data(), page.size()) > 0) continue;
  while (::write(end, ".", 1) > 0) continue;
  ::fcntl(end, F_SETFL, 0);
}

TEST(FailedAssertionDeathTest, OfASecondThreadDoesNotCutTheLineOfTheFirst) {
  const Pipe said;
  fill(said.ends[1]);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(said.ends[1], STDERR_FILENO);
    ::close(said.ends[0]);
    ::close(said.ends[1]);
    std::thread([] { __assert_fail("one of two", "writer.h", 7, "f"); }).detach();
    __assert_fail("one of two", "writer.h", 7, "f");
  }
  ::close(said.ends[1]);
  int status = 0;
  // Cut short it would be at once; the first one ends only when somebody reads.
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds{500};
  while (::waitpid(child, &status, WNOHANG) == 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::yield();
  std::string text;
  std::array<char, 4096> some{};
  for (ssize_t got = 0; (got = ::read(said.ends[0], some.data(), some.size())) > 0;)
    text.append(some.data(), static_cast<std::size_t>(got));
  ::close(said.ends[0]);
  ::waitpid(child, &status, 0);
  EXPECT_NE(text.find("an assertion does not hold"), std::string::npos);
}

// What a library's call of that name reaches: this program's, where it stands before the C library's.
TEST(FailedAssertionDeathTest, IsOursInLibrariesToo) {
  take_over_failed_assertions();
  void* const first = ::dlsym(RTLD_DEFAULT, "__assert_fail");
  Dl_info where{};
  ASSERT_NE(::dladdr(first, &where), 0);
  EXPECT_EQ(std::string_view(where.dli_fname).find(".so"), std::string_view::npos) << where.dli_fname;
}

// An empty iterator has no key, says an assertion inside of the library.
TEST(FailedAssertionDeathTest, MeetsAnAssertionInsideRocksDb) {
  const std::unique_ptr<rocksdb::Iterator> rows(rocksdb::NewEmptyIterator());
  EXPECT_EXIT(rows->key(), testing::ExitedWithCode(exit_failed), "does not hold.*iterator");
}

}  // namespace
}  // namespace calsync
