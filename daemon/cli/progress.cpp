#include "daemon/cli/progress.hpp"

#include <cmath>

namespace calsync::cli {

std::string rough_duration(std::chrono::milliseconds duration) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
  if (seconds < 60) return std::to_string(seconds) + "s";
  if (seconds < 3600) return std::to_string(seconds / 60) + "m" + std::to_string(seconds % 60) + "s";
  return std::to_string(seconds / 3600) + "h" + std::to_string(seconds % 3600 / 60) + "m";
}

std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::string counted(std::uint64_t number, const std::string& what) {
  return with_commas(number) + " " + what + (number == 1 ? "" : "s");
}

bool Progress::due() {
  const auto now = context_.clock.steady();
  if (now - shown_ < std::chrono::milliseconds{200}) return false;
  shown_ = now;
  return true;
}

std::string Progress::remaining(double share) const {
  const auto passed = std::chrono::duration<double>(context_.clock.steady() - start_).count();
  if (share < 0.01 || passed < 1) return "";
  const auto left = std::chrono::milliseconds{std::llround(passed * (1 - share) / share * 1000)};
  return ", " + rough_duration(left) + " left";
}

void Progress::share(double done) {
  if (!due()) return;
  context_.console.status_line(what_ + ": " + std::to_string(static_cast<int>(done * 100)) + " %" +
                               remaining(done));
}

void Progress::count(std::uint64_t done, std::uint64_t total) {
  if (!due()) return;
  const auto passed = std::chrono::duration<double>(context_.clock.steady() - start_).count();
  const auto rate = passed > 0 ? static_cast<std::uint64_t>(static_cast<double>(done) / passed) : 0;
  std::string text = what_ + ": " + with_commas(done);
  if (total > 0) text += " of " + with_commas(total);
  text += ", " + with_commas(rate) + "/s";
  if (total > 0) text += remaining(static_cast<double>(done) / static_cast<double>(total));
  context_.console.status_line(text);
}

}  // namespace calsync::cli
