// Bookings that Cal.com fails to answer for, each asked alone: less and less often, so that they leave the request
// budget to the others. Pure.
#pragma once
#include <chrono>
#include <map>
#include <string>

namespace calsync {

class FailingReads {
 public:
  FailingReads(std::chrono::milliseconds first_wait, std::chrono::milliseconds longest)
      : first_wait_(first_wait), longest_(longest) {}

  // How long to wait before the next try: twice as long each time. `by_itself`: the server answers for others, so
  // that it is this one's failure; in an outage none is blamed.
  std::chrono::milliseconds failed(const std::string& uid, bool by_itself);
  void went_well(const std::string& uid) { times_.erase(uid); }
  [[nodiscard]] int times(const std::string& uid) const;
  [[nodiscard]] std::size_t again_and_again() const;  // those that failed more than once

 private:
  std::chrono::milliseconds first_wait_, longest_;
  std::map<std::string, int> times_;
};

}  // namespace calsync
