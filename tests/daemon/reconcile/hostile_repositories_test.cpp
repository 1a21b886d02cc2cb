// What a repository may hold to harm who follows it: it is read as it is or refused in clear words, what was in force stays, and nothing
// outside of it is run, read, changed or used up (RELIABILITY G1, P14).
#include "daemon/reconcile/followed_repository.hpp"
#include "daemon/reconcile/revision_records.hpp"
#include "hostile_cases.hpp"
#include "state/base/utf8.hpp"
#include "tests/connectors/git/git_world.hpp"

#include <sys/resource.h>

namespace calsync::test {
namespace {

using testing::HasSubstr;

constexpr long mebibyte = 1024;  // in KiB, as the kernel counts
constexpr long child_most = 256 * mebibyte, own_growth_most = 192 * mebibyte;
constexpr std::chrono::seconds work_most{
    20};  // of a processor, however busy it is with others; each takes less than 3 s

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

long own_peak() {
  const std::string status = contents("/proc/self/status");
  return std::stol(status.substr(status.find("VmHWM:") + 6));
}

std::chrono::microseconds own_work() {
  rusage own{};
  ::getrusage(RUSAGE_SELF, &own);
  const auto of = [](const timeval& t) {
    return std::chrono::seconds{t.tv_sec} + std::chrono::microseconds{t.tv_usec};
  };
  return of(own.ru_utime) + of(own.ru_stime);
}

// Programs that know the folder: git, or what it has started.
std::vector<std::string> still_running(const fs::path& folder) {
  std::vector<std::string> out;
  for (const auto& process : fs::directory_iterator("/proc")) {
    const std::string line = contents(process.path() / "cmdline");
    if (line.find(folder.string()) != std::string::npos) out.push_back(line);
  }
  return out;
}

bool fits_a_message(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = utf8_character_size(text);
    if (size == 0 || is_control(text.substr(0, size)) || turns_direction(text.substr(0, size))) return false;
    text.remove_prefix(size);
  }
  return true;
}

class HostileRepository : public GitWorld, public testing::WithParamInterface<HostileCase> {
 protected:
  HostileRepository() {
    log_ = EventLog::open({.path = folder_ / "log"}, metrics_).value();
    fs::create_directories(canary().parent_path());
    std::ofstream(canary()) << "nobody touches this\n";
    commit("teams.yaml", "teams: [{slug: old, name: Old}]\n");
    commit("teams.yaml", "teams: [{slug: good, name: Good}]\n");
  }
  ~HostileRepository() override { log_->close(); }
  HostileRepository(const HostileRepository&) = delete;
  HostileRepository& operator=(const HostileRepository&) = delete;

  [[nodiscard]] fs::path canary() const { return folder_ / "outside/canary"; }
  [[nodiscard]] fs::path mark() const { return folder_ / "ran"; }

  void make(const std::string& script) const {
    std::ofstream(folder_ / "script")
        << contents(CALSYNC_SOURCE_DIR "/tests/fixtures/hostile_repositories/words.bash") << script;
    const std::string line = "cd '" + work().string() + "' && MARK='" + mark().string() + "' CANARY='" +
                             canary().string() + "' bash ../script >../words 2>&1";
    ASSERT_EQ(std::system(line.c_str()), 0)  // NOLINT(concurrency-mt-unsafe): one thread
        << contents(folder_ / "words");
  }

  FollowedRepository follow() {
    Settings settings;
    settings.log.path = (folder_ / "log").string();
    settings.config_repo.url = url();
    settings.config_repo.branch = "main";
    return FollowedRepository::open(settings, *log_, stop_.get_token()).value();
  }
  void note(const std::string& commit) {
    ASSERT_TRUE(log_->append_and_wait({RecordSource::apply, SourceId{"git"}, "application/json",
                                       clock_.wall(), revision_seen_record("main", commit, "")}));
  }
  // Its words; empty: it is taken.
  std::string look(FollowedRepository& followed) {
    const auto seen = followed.look(stop_.get_token());
    return seen ? seen->problem : seen.error().text();
  }

  SystemClock clock_;
  MetricRegistry metrics_;
  std::unique_ptr<EventLog> log_;
};

TEST_P(HostileRepository, IsReadAsItIsOrRefusedAndHarmsNothing) {
  const HostileCase& c = GetParam();
  FollowedRepository followed = follow();
  ASSERT_EQ(look(followed), "");
  const std::string good = followed.in_force()->commit;
  note(good);
  make(c.script);
  const std::string outside = contents(canary());
  const auto touched = fs::last_write_time(canary());
  std::ofstream("/proc/self/clear_refs") << 5;  // VmHWM begins anew
  const long before = own_peak();

  const auto began = own_work();
  const std::string said = look(followed);
  const auto took = own_work() - began;

  if (c.outcome == "taken") {
    EXPECT_EQ(said, "");
    EXPECT_NE(followed.in_force()->commit, good);
  } else {
    EXPECT_THAT(said, HasSubstr(c.outcome));
    EXPECT_EQ(followed.in_force()->commit, good);
    EXPECT_LT(said.size(), 1000u);
    EXPECT_TRUE(fits_a_message(said)) << said;
  }
  rusage children{};
  ::getrusage(RUSAGE_CHILDREN, &children);
  RecordProperty("took_ms",
                 static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
  std::cout << "said: " << said << "\nworked " << std::chrono::duration<double>(took).count() << " s, git "
            << children.ru_maxrss / mebibyte << " MiB, own growth " << (own_peak() - before) / mebibyte
            << " MiB\n";
  EXPECT_LT(took, work_most);
  EXPECT_LT(children.ru_maxrss, child_most);
  EXPECT_LT(own_peak() - before, own_growth_most);
  EXPECT_EQ(contents(canary()), outside);
  EXPECT_EQ(fs::last_write_time(canary()), touched);
  EXPECT_FALSE(fs::exists(mark())) << "a program of the repository was run";
  EXPECT_THAT(still_running(folder_), testing::IsEmpty());
}

std::string story(const testing::TestParamInfo<HostileCase>& row) {
  return row.param.story;
}
INSTANTIATE_TEST_SUITE_P(Trees, HostileRepository, testing::ValuesIn(hostile_cases("trees")), story);
INSTANTIATE_TEST_SUITE_P(Contents, HostileRepository, testing::ValuesIn(hostile_cases("contents")), story);
INSTANTIATE_TEST_SUITE_P(Histories, HostileRepository, testing::ValuesIn(hostile_cases("histories")), story);

}  // namespace
}  // namespace calsync::test
