// calsync_bench load PORT PATH SECRET BODY_FILE CONNECTIONS SECONDS   prints one JSON object
// calsync_bench bare SECRET [LOG_DIRECTORY]                           a bare server; prints "port N"
#include "tests/bench/bare.hpp"
#include "tests/bench/load.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

namespace {

double percentile(const std::vector<std::uint32_t>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
  return static_cast<double>(sorted[at]) / 1000.0;
}

int load(const std::vector<std::string>& words) {
  std::ifstream file(words[3]);
  calsync::bench::LoadOptions options;
  options.port = static_cast<std::uint16_t>(std::stoul(words[0]));
  options.path = words[1];
  options.secret = words[2];
  options.body.assign(std::istreambuf_iterator<char>(file), {});
  options.connections = static_cast<unsigned>(std::stoul(words[4]));
  options.time = std::chrono::milliseconds(static_cast<long>(std::stod(words[5]) * 1000));
  auto result = calsync::bench::run_load(options);
  std::ranges::sort(result.latencies_us);
  std::printf(
      "{\"accepted\":%llu,\"refused\":%llu,\"broken\":%llu,\"seconds\":%.3f,\"per_second\":%.0f,\"p50_ms\":%."
      "2f,"
      "\"p99_ms\":%.2f,\"p999_ms\":%.2f}\n",
      static_cast<unsigned long long>(result.accepted), static_cast<unsigned long long>(result.refused),
      static_cast<unsigned long long>(result.broken), result.seconds,
      static_cast<double>(result.accepted) / result.seconds, percentile(result.latencies_us, 0.5),
      percentile(result.latencies_us, 0.99), percentile(result.latencies_us, 0.999));
  return 0;
}

}  // namespace

int main(int count, char** values) {
  const std::vector<std::string> words(values + 1, values + count);
  try {
    if (words.size() == 7 && words[0] == "load") return load({words.begin() + 1, words.end()});
    if ((words.size() == 2 || words.size() == 3) && words[0] == "bare")
      return calsync::bench::run_bare(words[1], words.size() == 3 ? std::optional(words[2]) : std::nullopt);
  } catch (const std::exception& error) {
    std::cerr << "calsync_bench: " << error.what() << '\n';
    return 1;
  }
  std::cerr << "usage: see the head of bench_main.cpp\n";
  return 64;
}
