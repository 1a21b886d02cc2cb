// Runs a fuzz target where libFuzzer is not: over every file of the given folders, and over copies of each in
// which bytes are flipped, cut out, repeated or taken from another file. The copies follow from a fixed seed.
//   TARGET [FOLDER|FILE]…       CALSYNC_FUZZ_COPIES=N: this many of each (100)
#include "tests/fuzz/oracle.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::string current;  // told when the target ends the process

void tell_input(int signal) {
  const auto written =
      ::write(STDERR_FILENO, current.data(), current.size());  // only what a signal handler may call
  (void)written;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

std::vector<fs::path> files_in(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// One to four changes, at places and of kinds that `random` decides.
std::string changed(std::string text, const std::string& other, std::mt19937_64& random) {
  const auto below = [&](std::size_t limit) { return limit == 0 ? 0 : random() % limit; };
  for (auto changes = 1 + below(4); changes > 0; --changes) {
    const auto at = below(text.size() + 1);
    const auto length = 1 + below(std::min<std::size_t>(text.size() - at + 1, 32));
    switch (below(5)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(random());
        break;
      case 1:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      case 2:
        text.erase(at, length);
        break;
      case 3:
        text.insert(at, text.substr(at, length));
        break;
      default: {
        const auto from = below(other.size() + 1);
        text.insert(at, other.substr(from, length));
      }
    }
  }
  return text;
}

void run(const std::string& name, const std::string& input) {
  current = "input: " + name + "\n";
  const auto began = std::chrono::steady_clock::now();
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  calsync::fuzz::must(std::chrono::steady_clock::now() - began < std::chrono::seconds{30},
                      "an input of a few kilobytes is done with in seconds");
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGABRT, tell_input);
  const char* wanted = std::getenv("CALSYNC_FUZZ_COPIES");
  const int copies = wanted != nullptr ? std::stoi(wanted) : 100;
  std::vector<std::pair<std::string, std::string>> inputs;
  for (int i = 1; i < argc; ++i)
    for (const auto& file : files_in(argv[i])) inputs.emplace_back(file.string(), read(file));
  calsync::fuzz::must(!inputs.empty(), "there is a corpus");
  std::mt19937_64 random(20261127);
  for (const auto& [name, input] : inputs) {
    run(name, input);
    for (int copy = 0; copy < copies; ++copy)
      run(name + " copy " + std::to_string(copy),
          changed(input, inputs[random() % inputs.size()].second, random));
  }
  std::cout << inputs.size() << " inputs and " << copies << " changed copies of each\n";
}
