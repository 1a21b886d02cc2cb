#include "daemon/app/options.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <unistd.h>

namespace calsync {
namespace {

ParsedOptions parse(std::vector<const char*> words) {
  words.insert(words.begin(), "calsyncd");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  auto parsed = parse_options(static_cast<int>(words.size()), words.data());
  testing::internal::GetCapturedStdout();
  testing::internal::GetCapturedStderr();
  return parsed;
}

TEST(DaemonOptions, HasTheDocumentedDefaults) {
  const auto parsed = parse({});
  EXPECT_FALSE(parsed.exit);
  EXPECT_EQ(parsed.options.task, DaemonTask::run);
  EXPECT_EQ(parsed.options.settings_file, "/etc/calsync/calsyncd.yaml");
  EXPECT_FALSE(parsed.options.accept_cursor);
  EXPECT_FALSE(parsed.options.takeover);
}

TEST(DaemonOptions, ReadsEveryOption) {
  const auto parsed = parse({"--settings", "x.yaml", "--accept-cursor", "17", "--takeover", "--log-format",
                             "text", "--log-level", "debug"});
  ASSERT_FALSE(parsed.exit);
  EXPECT_EQ(parsed.options.settings_file, "x.yaml");
  EXPECT_EQ(parsed.options.accept_cursor, 17U);
  EXPECT_TRUE(parsed.options.takeover);
  EXPECT_EQ(parsed.options.form, log::Form::text);
  EXPECT_EQ(parsed.options.least, log::Level::debug);
  EXPECT_EQ(parse({"--check"}).options.task, DaemonTask::check);
  EXPECT_EQ(parse({"--print-settings"}).options.task, DaemonTask::print_settings);
  EXPECT_EQ(parse({"--print-example"}).options.task, DaemonTask::print_example);
}

TEST(DaemonOptions, AWrongOptionEndsWithTheUsageCode) {
  for (const auto& words : std::vector<std::vector<const char*>>{{"--nonsense"},
                                                                 {"--settings"},
                                                                 {"--accept-cursor", "-1"},
                                                                 {"--accept-cursor", "many"},
                                                                 {"--log-format", "xml"},
                                                                 {"--log-level", "loud"},
                                                                 {"--check", "--print-settings"},
                                                                 {"stray"}})
    EXPECT_EQ(parse(words).exit, exit_usage) << words.front();
  EXPECT_EQ(parse({"--help"}).exit, 0);
  EXPECT_EQ(parse({"--version"}).exit, 0);
}

TEST(DaemonOptions, AWrongOptionIsNamedAsCalsyncNamesIt) {
  const std::vector<const char*> words{"calsyncd", "--zz", "--chek"};
  testing::internal::CaptureStderr();
  parse_options(static_cast<int>(words.size()), words.data());
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "calsyncd: there is no option --zz, --chek; did you mean --check?\nSee: calsyncd --help\n");
}

TEST(DaemonOptions, WritesItsManPageFromTheSameTexts) {
  const std::vector<const char*> words{"calsyncd", "--generate-man"};
  testing::internal::CaptureStdout();
  EXPECT_EQ(parse_options(static_cast<int>(words.size()), words.data()).exit, 0);
  const std::string page = testing::internal::GetCapturedStdout();
  EXPECT_TRUE(page.starts_with(".TH CALSYNCD 8 ")) << page.substr(0, 80);
  for (const char* part :
       {"\\-\\-accept\\-cursor N", ".B kafka.topic_prefix", ".SH SIGNALS", ".B 78", ".SH FILES"})
    EXPECT_NE(page.find(part), std::string::npos) << part;
}

TEST(DaemonOptions, LogsForTheJournalOnlyWhereStandardErrorIsItsStream) {
  struct stat err {};
  ASSERT_EQ(::fstat(STDERR_FILENO, &err), 0);
  const std::string ours = std::to_string(err.st_dev) + ":" + std::to_string(err.st_ino);
  ::setenv("JOURNAL_STREAM", ours.c_str(), 1);
  EXPECT_TRUE(stderr_is_journal());
  ::setenv("JOURNAL_STREAM", "1:1", 1);
  EXPECT_FALSE(stderr_is_journal());
  ::unsetenv("JOURNAL_STREAM");
  EXPECT_FALSE(stderr_is_journal());
}

}  // namespace
}  // namespace calsync
