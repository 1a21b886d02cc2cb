// sim [--seed N] [--seeds COUNT] …: runs COUNT seeds from N on and ends with 1 at the first that breaks a promise,
// with the words that run it again. The first 20 run twice: the same seed must give the same trace.
#include "tests/sim/flipped_bit.hpp"
#include "tests/sim/simulation.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace {

using calsync::sim::Ending;
using calsync::sim::Wish;

constexpr std::uint64_t run_twice = 20, enough_to_meet_all = 500;
constexpr const char* usage =
    "usage: sim [--seed N] [--seeds COUNT] [--part I/N] [--trace] [--log] [--plant BUG] [--flip-bits]\n"
    "  --seeds      how many; CALSYNC_SIM_SEEDS in the environment says so, too\n"
    "  --part       the I-th of N equal parts of them\n"
    "  --trace      every step on standard output\n"
    "  --log        the daemons' own words on standard error\n"
    "  --plant      with this bug (tests/sim/plants.hpp)\n"
    "  --flip-bits  a real log with a flipped bit instead of the simulation";

struct Options {
  Wish wish;
  std::uint64_t seeds = 1, part = 1, parts = 1;
  bool log = false;
  Ending (*run)(const Wish&) = calsync::sim::simulate;
};

bool read_number(std::string_view text, std::uint64_t& out) {
  const char* const end = text.data() + text.size();
  return !text.empty() && std::from_chars(text.data(), end, out).ptr == end;
}

bool read_part(std::string_view text, Options& out) {
  const auto slash = text.find('/');
  return slash != std::string_view::npos && read_number(text.substr(0, slash), out.part) &&
         read_number(text.substr(slash + 1), out.parts) && out.part >= 1 && out.part <= out.parts;
}

bool read_value(std::string_view word, const char* value, Options& out) {
  if (word == "--seed") return read_number(value, out.wish.seed);
  if (word == "--seeds") return read_number(value, out.seeds);
  if (word == "--part") return read_part(value, out);
  const auto plant = word == "--plant" ? calsync::sim::plant_named(value) : std::nullopt;
  if (plant) out.wish.plant = *plant;
  return plant.has_value();
}

bool read_options(int count, char** words, Options& out) {
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--trace")
      out.wish.show = true;
    else if (word == "--log")
      out.log = true;
    else if (word == "--flip-bits")
      out.run = calsync::sim::open_with_a_flipped_bit;
    else if (i + 1 == count || !read_value(word, words[++i], out))
      return false;
  }
  const char* const asked = std::getenv("CALSYNC_SIM_SEEDS");  // NOLINT(concurrency-mt-unsafe): one thread
  return asked == nullptr || read_number(asked, out.seeds);
}

// What the daemons say of their troubles would bury what the simulation says.
void silence() {
  const int nothing = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  ::dup2(nothing, STDERR_FILENO);
  ::close(nothing);
}

unsigned long long number(std::uint64_t value) {
  return value;
}

int report(const Options& options, std::uint64_t seed, const std::string& what, const std::string& faults) {
  const bool planted = options.wish.plant != calsync::sim::Plant::none;
  const bool flips = options.run == calsync::sim::open_with_a_flipped_bit;
  std::printf("seed %llu: %s\n", number(seed), what.c_str());
  if (!faults.empty()) std::printf("  faults: %s\n", faults.c_str());
  std::printf("  replay: sim --seed %llu --trace%s%s%s\n", number(seed), flips ? " --flip-bits" : "",
              planted ? " --plant " : "",
              planted ? calsync::sim::plant_names.at(static_cast<std::size_t>(options.wish.plant)) : "");
  return 1;
}

bool report_met(std::map<std::string, std::uint64_t>& met) {
  bool all = true;
  for (const char* const what : calsync::sim::must_be_met) {
    std::printf("  %7llu %s\n", number(met[what]), what);
    all = all && met[what] > 0;
  }
  return all;
}

}  // namespace

int main(int count, char** words) {
  Options options;
  if (!read_options(count, words, options)) {
    std::puts(usage);
    return 64;
  }
  if (!options.log) silence();
  Ending all;
  const std::uint64_t first = options.wish.seed + options.seeds * (options.part - 1) / options.parts;
  const std::uint64_t end = options.wish.seed + options.seeds * options.part / options.parts;
  for (std::uint64_t seed = first; seed < end; ++seed) {
    Wish wish = options.wish;
    wish.seed = seed;
    const Ending ending = options.run(wish);
    if (!ending.violation.empty()) return report(options, seed, ending.violation, ending.faults);
    if (end - first > 1 && seed - first < run_twice && options.run(wish).trace != ending.trace)
      return report(options, seed, "the same seed ran another way", ending.faults);
    all.deliveries += ending.deliveries;
    all.acknowledged += ending.acknowledged;
    all.events += ending.events;
    all.starts += ending.starts;
    for (const auto& [what, times] : ending.met) all.met[what] += times;
  }
  std::printf(
      "seeds %llu to %llu hold: %llu deliveries, %llu acknowledged, %llu events published, %llu starts\n",
      number(first), number(end - 1), number(all.deliveries), number(all.acknowledged), number(all.events),
      number(all.starts));
  const bool many = options.run == calsync::sim::simulate && end - first >= enough_to_meet_all;
  return report_met(all.met) || !many ? 0 : 1;
}
