// calsync_schemas DIRECTORY: writes the JSON Schemas, the AsyncAPI document and the reference of files (deploy/) anew.
// calsync_schemas --check DIRECTORY: says which files differ from what the code would write; exit 2 if any
// does.
#include "tests/schemas/schema_files.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>

namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Files in the folder that the code no longer writes: a renamed event's schema must not stay behind.
std::set<std::string> left_over(const std::filesystem::path& directory,
                                const std::map<std::string, std::string>& files) {
  std::set<std::string> found;
  if (!std::filesystem::exists(directory / "schemas")) return found;
  for (const auto& entry : std::filesystem::directory_iterator(directory / "schemas")) {
    auto name = "schemas/" + entry.path().filename().string();
    if (!files.contains(name)) found.insert(std::move(name));
  }
  return found;
}

int check(const std::filesystem::path& directory) {
  const auto files = calsync::schema_files();
  int differences = 0;
  for (const auto& [name, text] : files) {
    if (text_of(directory / name) == text) continue;
    std::cerr << "differs from the code: " << (directory / name).string() << "\n";
    ++differences;
  }
  for (const auto& name : left_over(directory, files)) {
    std::cerr << "no longer written by the code: " << (directory / name).string() << "\n";
    ++differences;
  }
  if (differences == 0) return 0;
  std::cerr << "write them anew: calsync_schemas " << directory.string() << "\n";
  return 2;
}

int write(const std::filesystem::path& directory) {
  const auto files = calsync::schema_files();
  for (const char* folder : {"schemas", "reference"}) std::filesystem::create_directories(directory / folder);
  for (const auto& name : left_over(directory, files)) std::filesystem::remove(directory / name);
  for (const auto& [name, text] : files) {
    std::ofstream out(directory / name, std::ios::binary);
    if (!(out << text).flush()) {
      std::cerr << "cannot write " << (directory / name).string() << "\n";
      return 1;
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--check") return check(argv[2]);
  if (argc == 2 && argv[1][0] != '-') return write(argv[1]);
  std::cerr << "usage: calsync_schemas [--check] DIRECTORY\n";
  return 64;
}
