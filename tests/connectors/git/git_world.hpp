// A remote as somebody else would have it, made with git itself, and our bare copy of it.
#pragma once
#include "connectors/git/repository.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace calsync::test {

namespace fs = std::filesystem;

class GitWorld : public testing::Test {
 protected:
  GitWorld() {
    std::string name = testing::TempDir() + "/git-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    fs::create_directories(work());
    git("init -q -b main");
  }
  ~GitWorld() override { fs::remove_all(folder_); }
  GitWorld(const GitWorld&) = delete;
  GitWorld& operator=(const GitWorld&) = delete;

  [[nodiscard]] fs::path work() const { return folder_ / "work"; }
  [[nodiscard]] std::string url() const { return "file://" + work().string(); }

  // In the remote's work tree, as its owner.
  void git(const std::string& words) const {
    const std::string line = "cd '" + work().string() +
                             "' && GIT_CONFIG_GLOBAL=/dev/null git -c user.name=Ana "
                             "-c user.email=ana@example.org -c protocol.file.allow=always " +
                             words + " >'" + (folder_ / "words").string() + "' 2>&1";
    ASSERT_EQ(std::system(line.c_str()), 0) << words;  // NOLINT(concurrency-mt-unsafe): one thread
  }
  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((work() / path).parent_path());
    std::ofstream(work() / path, std::ios::binary) << text;
  }
  void commit(const std::string& path, const std::string& text) const {
    write(path, text);
    git("add -A");
    git("commit -q -m 'a change'");
  }

  GitRepository ours(GitLimits limits = {}) const {
    return GitRepository::open_bare(folder_ / "ours.git", stop_.get_token(), limits).value();
  }
  Result<CommitId> fetch(GitRepository& repository) const {
    return repository.fetch(url(), "main", stop_.get_token());
  }
  std::vector<std::string> paths(const GitRepository& repository, const CommitId& commit,
                                 std::string_view folder = ".") const {
    std::vector<std::string> out;
    const auto files = repository.config_files(commit, folder, stop_.get_token());
    if (!files) return {files.error().what};
    for (const GitFile& file : *files) out.push_back(file.path);
    return out;
  }

  fs::path folder_;
  std::stop_source stop_;
};

}  // namespace calsync::test
