#include "tests/sim/world.hpp"

#include <cstdio>

namespace calsync::sim {
namespace {

constexpr unsigned deepest = 3;  // calls under way at once, one on top of the other

}  // namespace

void World::after(Ms delay, std::function<void()> task) {
  tasks_.push({now_ + delay, random.next(), ++number_, std::move(task)});
}

void World::run_next() {
  Task task = tasks_.top();
  tasks_.pop();
  now_ = std::max(now_, task.at);
  task.run();
}

void World::run_until(Ms time, const std::function<bool()>& done) {
  while (!done() && !tasks_.empty() && tasks_.top().at <= time) run_next();
  if (!done()) now_ = std::max(now_, time);
}

void World::pass(Ms time) {
  const Ms until = now_ + time;
  if (depth_ < deepest) {
    ++depth_;
    while (!tasks_.empty() && tasks_.top().at <= until) run_next();
    --depth_;
  }
  now_ = std::max(now_, until);
}

void World::tell(std::string_view who, std::string_view what) {
  const std::string line = std::to_string(now_.count()) + " " + std::string(who) + ": " + std::string(what);
  for (const char c : line) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  if (show_) std::printf("%s\n", line.c_str());
}

}  // namespace calsync::sim
