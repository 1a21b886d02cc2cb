#include "tests/support/crash/crash_points.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <thread>
#include <unistd.h>

namespace calsync::crash {
namespace {

struct Wanted {
  std::string point;
  long count = 0;
};

Wanted read_wanted() {
  const char* set = std::getenv("CALSYNC_CRASH_AT");
  if (set == nullptr) return {};
  const std::string text = set;
  if (text == "list") {
    for (const Point& point : points) std::cout << point.name << (point.recurs ? " recurs\n" : "\n");
    std::cout.flush();
    std::_Exit(0);
  }
  const auto colon = text.find(':');
  const Wanted wanted{text.substr(0, colon),
                      colon == std::string::npos ? 1 : std::stol(text.substr(colon + 1))};
  if (std::ranges::find(points, wanted.point, &Point::name) == points.end()) {
    std::cerr << "CALSYNC_CRASH_AT: there is no point " << wanted.point << std::endl;
    std::_Exit(64);
  }
  return wanted;
}

const Wanted wanted = read_wanted();
std::atomic<long> passed{0};

bool is_now(std::string_view point) {
  return point == wanted.point && ++passed == wanted.count;
}

[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

}  // namespace

void at(std::string_view point) {
  if (is_now(point)) die();
}

void soon_after(std::string_view point) {
  if (!is_now(point)) return;
  std::thread([] {
    std::this_thread::sleep_for(
        std::chrono::microseconds{std::random_device{}() % 4000});  // the moment itself
    die();
  }).detach();
}

}  // namespace calsync::crash
