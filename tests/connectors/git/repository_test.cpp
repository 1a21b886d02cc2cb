#include "git_world.hpp"

namespace calsync::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST_F(GitWorld, TheFilesOfACommitAreReadAsTheyWereThen) {
  commit("calcom/teams.yaml", "teams: []\n");
  GitRepository repository = ours();
  const CommitId before = fetch(repository).value();
  commit("calcom/teams.yaml", "teams: [{slug: editors}]\n");
  ASSERT_TRUE(fetch(repository));
  const auto files = repository.config_files(before, "calcom", stop_.get_token());
  ASSERT_TRUE(files);
  ASSERT_EQ(files->size(), 1u);
  EXPECT_EQ(files->front().path, "teams.yaml");
  EXPECT_EQ(files->front().text, "teams: []\n");
}

TEST_F(GitWorld, OnlyConfigurationBelowTheFolderIsRead) {
  write("other.yaml", "");
  write("calcom/README.md", "no");
  write("calcom/.github/workflow.yaml", "no");
  write("calcom/.hidden.yaml", "no");
  write("calcom/b.json", "{}");
  write("calcom/c.yml", "");
  write("calcom2/d.yaml", "");
  commit("calcom/a/users with spaces.yaml", "users: []\n");
  GitRepository repository = ours();
  const CommitId head = fetch(repository).value();
  for (const char* folder : {"calcom", "./calcom", "calcom/"})
    EXPECT_THAT(paths(repository, head, folder), ElementsAre("a/users with spaces.yaml", "b.json", "c.yml"));
  EXPECT_THAT(paths(repository, head, "missing"), ElementsAre(HasSubstr("correct config_repo.path")));
}

TEST_F(GitWorld, AFileMayHoldAnyBytes) {
  const std::string bytes("a\0b\n\n1234567890123456789012345678901234567890 blob 5\n", 52);
  write("a.yaml", bytes);
  write("empty.yaml", "");
  commit("z.yaml", "no newline at its end");
  GitRepository repository = ours();
  const auto files = repository.config_files(fetch(repository).value(), "", stop_.get_token());
  ASSERT_TRUE(files) << files.error().text();
  ASSERT_EQ(files->size(), 3u);
  EXPECT_EQ((*files)[0].text, bytes);
  EXPECT_EQ((*files)[1].text, "");
  EXPECT_EQ((*files)[2].text, "no newline at its end");
}

TEST_F(GitWorld, AFastForwardFollowsAndARewrittenBranchDoesNot) {
  commit("a.yaml", "1");
  GitRepository repository = ours();
  const CommitId first = fetch(repository).value();
  commit("a.yaml", "2");
  const CommitId second = fetch(repository).value();
  EXPECT_TRUE(repository.follows(second, first, stop_.get_token()).value());
  EXPECT_TRUE(repository.follows(second, second, stop_.get_token()).value());
  git("commit -q --amend -m 'history as it never was'");
  const CommitId rewritten = fetch(repository).value();
  EXPECT_FALSE(repository.follows(rewritten, second, stop_.get_token()).value());
  EXPECT_FALSE(repository.follows(first, second, stop_.get_token()).value());
}

TEST_F(GitWorld, ARevisionIsFoundByAnyNameOrNotAtAll) {
  commit("a.yaml", "1");
  git("tag -a v1 -m one");
  const GitRepository theirs(work());
  const auto head = theirs.find("HEAD", stop_.get_token()).value();
  ASSERT_TRUE(head);
  EXPECT_EQ(theirs.find("v1", stop_.get_token()).value(), head);
  EXPECT_EQ(theirs.find(head->text().substr(0, 8), stop_.get_token()).value(), head);
  EXPECT_FALSE(theirs.find("nothing", stop_.get_token()).value());
  EXPECT_FALSE(theirs.find("--all", stop_.get_token()).value());
}

TEST_F(GitWorld, AMissingBranchAndAMissingRemoteAreToldApartAndWithoutSecrets) {
  commit("a.yaml", "1");
  GitRepository repository = ours();
  const auto no_branch = repository.fetch(url(), "production", stop_.get_token());
  ASSERT_FALSE(no_branch);
  EXPECT_EQ(no_branch.error().code, Errc::rejected);
  EXPECT_THAT(no_branch.error().what, HasSubstr("has no branch production"));
  const auto away = repository.fetch("https://ana:s3cret@127.0.0.1:1/x.git", "main", stop_.get_token());
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().code, Errc::unavailable);
  EXPECT_THAT(away.error().text(), Not(HasSubstr("s3cret")));
  EXPECT_THAT(away.error().text(), HasSubstr("https://127.0.0.1:1"));
}

TEST_F(GitWorld, OnlyACommitOfAKnownKeyIsGood) {
  const std::string key = (folder_ / "key").string();
  ASSERT_EQ(std::system(("ssh-keygen -q -t ed25519 -N '' -f '" + key + "'").c_str()), 0);
  commit("a.yaml", "unsigned");
  GitRepository repository = ours();
  std::ofstream(folder_ / "signers")
      << "ana@example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAvwpzGOkAvBCwXwYRyVw9qsQVNC+1GcGWs0F2PZzC0z\n";
  const auto check = [&] {
    return repository.check_signature(fetch(repository).value(), folder_ / "signers", stop_.get_token());
  };
  EXPECT_FALSE(check()) << "not signed";
  write("a.yaml", "signed");
  git("add -A");
  git("-c gpg.format=ssh -c user.signingkey='" + key + "' commit -q -S -m signed");
  EXPECT_FALSE(check()) << "signed by somebody";
  std::ifstream in(key + ".pub");
  std::string type, text;
  in >> type >> text;
  std::ofstream(folder_ / "signers") << "ana@example.org " << type << " " << text << "\n";
  EXPECT_TRUE(check());
}

TEST_F(GitWorld, AStopEndsIt) {
  stop_.request_stop();
  const auto stopped = GitRepository::open_bare(folder_ / "ours.git", stop_.get_token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Errc::cancelled);
}

TEST_F(GitWorld, AFolderKnowsItsPlaceInARepositoryOrThatItIsInNone) {
  const auto place = [&](const fs::path& folder) {
    return GitRepository(folder).folder(stop_.get_token()).value();
  };
  commit("org/teams/a.yaml", "teams: []\n");
  EXPECT_EQ(place(work()), "");
  EXPECT_EQ(place(work() / "org/teams"), "org/teams/");
  EXPECT_EQ(place(folder_), std::nullopt);
}

}  // namespace
}  // namespace calsync::test
