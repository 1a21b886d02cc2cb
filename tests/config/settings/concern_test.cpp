#include "config/settings/concern.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

bool concerns_log_path(const std::string& what) {
  constexpr std::string_view needed[] = {"log.path"};
  return concerns({1, what}, needed);
}

TEST(Concern, IsAboutTheSettingItsSectionOrTheWholeFile) {
  for (const char* what :
       {"log.path: is empty: name a directory", "log: is not a map: its keys stand below it, indented",
        "log.pth: unknown key: did you mean log.path?", "lgo: unknown key: did you mean log?",
        "path: unknown key: did you mean log.path?", "not YAML: end of sequence not found",
        "the key log is here twice: it is already in line 1"})
    EXPECT_TRUE(concerns_log_path(what)) << what;
  for (const char* what :
       {"log.retention: is not forever", "log.nosuch: unknown key: known here: path, retention, backup",
        "kafka.bootstrap_servers: is not HOST:PORT", "intake.sources[0].id: is missing",
        "intkae: unknown key: did you mean intake?", "whatever: unknown key: known here: calcom, intake"})
    EXPECT_FALSE(concerns_log_path(what)) << what;
}

TEST(Concern, OfASectionIsAllThatIsInIt) {
  constexpr std::string_view needed[] = {"intake"};
  EXPECT_TRUE(concerns({1, "intake.sources[0].secrets: is missing"}, needed));
  EXPECT_TRUE(concerns({1, "intake.tls: certificate and private_key go together"}, needed));
  EXPECT_FALSE(concerns({1, "admin.listen: other machines reach this address"}, needed));
}

}  // namespace
}  // namespace calsync
