#include "daemon/app/failed_assertion.hpp"

#include "daemon/app/run.hpp"

#include <gtest/gtest.h>
#include <rocksdb/iterator.h>

#include <assert.h>  // NOLINT(modernize-deprecated-headers): declares __assert_fail
#include <dlfcn.h>

namespace calsync {
namespace {

TEST(FailedAssertionDeathTest, EndsTheProcessWithAnExitCodeAndAClearLineAndNotByASignal) {
  EXPECT_EXIT(__assert_fail("!seen_error()", "writer.h", 7, "f"), testing::ExitedWithCode(exit_failed),
              "an assertion does not hold.*what was acknowledged is in the log.*seen_error");
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
