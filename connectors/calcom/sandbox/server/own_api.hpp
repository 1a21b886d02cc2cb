// The routes below /sandbox/: the sandbox's own, and no part of Cal.com. What people do in the web page, the clock, and what
// truly happened, for audits. No key is asked for: the server answers names of this machine only.
#pragma once
#include "connectors/calcom/sandbox/routes.hpp"
#include "connectors/calcom/sandbox/server/sender.hpp"

namespace calsync::sandbox {

// The system's clock, and how far it has been put forward.
class MovedClock final : public Clock {
 public:
  explicit MovedClock(Clock& base) : base_(base) {}
  Instant wall() override { return base_.wall() + ahead; }
  std::chrono::steady_clock::time_point steady() override { return base_.steady(); }
  std::chrono::milliseconds ahead{};

 private:
  Clock& base_;
};

struct Sandbox {
  World& world;
  MovedClock& clock;
  Sender& sender;
};

bool is_own(std::string_view path);
Answer own_api(Sandbox sandbox, const Request& request);

}  // namespace calsync::sandbox
