// What a repository may hold to harm who reads it: nothing is run, nothing outside of it is read, and limits hold (RELIABILITY G1).
#include "git_world.hpp"

namespace calsync::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(GitWorld, LinksAreNotFollowedAndAreTold) {
  fs::create_directory_symlink("/etc", work() / "etc");
  commit("good.yaml", "teams: []\n");
  GitRepository repository = ours();
  EXPECT_THAT(paths(repository, fetch(repository).value()), ElementsAre("good.yaml"));
  fs::create_symlink("/etc/passwd", work() / "passwd.yaml");
  commit("good.yaml", "teams: [{slug: a}]\n");
  EXPECT_THAT(paths(repository, fetch(repository).value()), ElementsAre(HasSubstr("passwd.yaml is a link")));
}

TEST_F(GitWorld, ASubmoduleIsNotFetched) {
  GitWorld::commit("good.yaml", "teams: []\n");
  git("clone -q . '" + (folder_ / "inner").string() + "'");
  git("submodule --quiet add 'file://" + (folder_ / "inner").string() + "' inner.yaml");
  git("commit -q -m 'with a module'");
  GitRepository repository = ours();
  EXPECT_THAT(paths(repository, fetch(repository).value()), ElementsAre("good.yaml"));
}

TEST_F(GitWorld, FiltersAndHooksAreNotRun) {
  const std::string mark = (folder_ / "ran").string();
  write(".gitattributes", "*.yaml filter=evil diff=evil merge=evil\n");
  write(".gitconfig", "[filter \"evil\"]\n\tsmudge = touch '" + mark + "'\n");
  commit("good.yaml", "teams: []\n");
  std::ofstream(work() / ".git/config", std::ios::app)
      << "[filter \"evil\"]\n\tsmudge = touch '" << mark << "'\n[core]\n\tfsmonitor = touch '" << mark
      << "'\n[uploadpack]\n\tpackObjectsHook = touch '" << mark << "'\n";
  for (const char* hook : {"post-checkout", "post-update", "reference-transaction"}) {
    std::ofstream(work() / ".git/hooks" / hook) << "#!/bin/sh\ntouch '" << mark << "'\n";
    fs::permissions(work() / ".git/hooks" / hook, fs::perms::owner_all);
  }
  GitRepository repository = ours();
  const CommitId head = fetch(repository).value();
  EXPECT_THAT(paths(repository, head), ElementsAre("good.yaml"));
  const GitRepository theirs(work());
  EXPECT_TRUE(theirs.find("HEAD", stop_.get_token()));
  EXPECT_THAT(paths(theirs, head), ElementsAre("good.yaml"));
  EXPECT_FALSE(fs::exists(mark));
}

TEST_F(GitWorld, AnAddressThatNamesAProgramIsRefused) {
  GitRepository repository = ours();
  const std::string mark = (folder_ / "ran").string();
  const std::vector<std::string> urls{"ext::sh -c touch% " + mark, "fd::17/x", "--upload-pack=touch " + mark,
                                      "ssh://-oProxyCommand=touch%20" + mark + "/x"};
  for (const std::string& url : urls) {
    EXPECT_FALSE(repository.fetch(url, "main", stop_.get_token())) << url;
  }
  EXPECT_FALSE(fs::exists(mark));
}

TEST_F(GitWorld, TooManyFilesTooLargeAFileAndTooLargeARepositoryAreRefused) {
  for (int i = 0; i < 4; ++i) write(std::to_string(i) + ".yaml", "");
  commit("readme.txt", "is not counted");
  GitLimits limits;
  limits.files = 4;
  GitRepository repository = ours(limits);
  EXPECT_EQ(paths(repository, fetch(repository).value()).size(), 4u);
  commit("5.yaml", "");
  EXPECT_THAT(paths(repository, fetch(repository).value()), ElementsAre(HasSubstr("more than 4 files")));
  commit("5.yaml", std::string((1U << 20U) + 1, ' '));
  GitRepository roomy = ours();
  EXPECT_THAT(paths(roomy, fetch(roomy).value()), ElementsAre(HasSubstr("5.yaml is larger than 1024 KiB")));

  std::string noise;
  for (std::uint32_t i = 0, x = 1; i < 500'000; ++i)
    noise += static_cast<char>((x = x * 1'664'525 + 1) >> 24U);
  commit("noise.bin", noise);
  limits.fetch_bytes = 100'000;
  GitRepository tight = ours(limits);
  const auto refused = fetch(tight);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::rejected) << refused.error().text();
}

TEST_F(GitWorld, ADamagedObjectIsNotTaken) {
  commit("good.yaml", "teams: []\n");
  // A tree with an entry that climbs out: its object's name stands there as 20 bytes.
  std::string tree("100644 ../evil.yaml\0", 20);
  git("hash-object good.yaml");
  std::string blob;
  std::ifstream(folder_ / "words") >> blob;
  for (std::size_t i = 0; i < 40; i += 2)
    tree += static_cast<char>(std::stoi(blob.substr(i, 2), nullptr, 16));
  std::ofstream(folder_ / "tree", std::ios::binary) << tree;
  const std::string file = "'" + (folder_ / "tree").string() + "'";
  git("update-ref refs/heads/main $(git -c user.name=a -c user.email=a@example.org commit-tree -m x "
      "$(git hash-object -t tree --literally -w " +
      file + "))");
  GitRepository repository = ours();
  EXPECT_FALSE(fetch(repository));
}

// Somebody's own work tree, as CI has it: what it lacks would be fetched by a program that its settings name.
TEST_F(GitWorld, ReadingAWorkTreeRunsNothingThatItsSettingsName) {
  const std::string mark = (folder_ / "ran").string();
  commit("good.yaml", "teams: []\n");
  std::ofstream(folder_ / "evil.sh") << "#!/bin/sh\ntouch '" << mark << "'\n";
  fs::permissions(folder_ / "evil.sh", fs::perms::owner_all);
  const std::string evil = (folder_ / "evil.sh").string();
  std::ofstream(work() / ".git/config", std::ios::app)
      << "[core]\n\trepositoryFormatVersion = 1\n\tsshCommand = " << evil << "\n\tfsmonitor = " << evil
      << "\n\thooksPath = " << folder_.string() << "\n[extensions]\n\tpartialClone = origin\n"
      << "[protocol \"ext\"]\n\tallow = always\n[remote \"origin\"]\n\tpromisor = true\n\tuploadpack = "
      << evil << "\n\turl = file://" << work().string() << "\n";
  const GitRepository repository(work());
  const auto head = repository.find("HEAD", stop_.get_token()).value();
  ASSERT_TRUE(head);
  EXPECT_THAT(paths(repository, *head), ElementsAre("good.yaml"));
  for (const auto& entry : fs::recursive_directory_iterator(work() / ".git/objects"))
    if (entry.is_regular_file() &&
        entry.path().parent_path().filename().string() + entry.path().filename().string() ==
            "6ebd35e0739ee4413f470261b957347a039333ff")  // that text
      fs::remove(entry.path());
  EXPECT_FALSE(repository.config_files(*head, ".", stop_.get_token())) << "the file is no longer there";
  EXPECT_FALSE(fs::exists(mark)) << "a program was run";
}

}  // namespace
}  // namespace calsync::test
