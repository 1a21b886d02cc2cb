// The daemon's one client of Cal.com's API, for its own parts and for the command line (DESIGN §12.1).
// Owner:    App; made when the log is open, stopped before it closes.
// Runs on:  reads() and changes() any thread; answer() the admin loop, its calls on threads of their own.
// Blocks:   answer() never; the calls as api.hpp says.
// Promises: whatever the command line asks goes through the daemon's budget; every change is in the log first.
// Fails:    start(): as CalcomClient::create.
#pragma once
#include "connectors/calcom/client.hpp"
#include "connectors/http/server.hpp"
#include "daemon/calcom/recorded_api.hpp"

namespace calsync {

class CalcomCalls {
 public:
  // The stop request of `options` is this class's own.
  static Result<std::unique_ptr<CalcomCalls>> start(CalcomClientOptions options, EventLog& log, Clock& clock,
                                                    CalcomProbe& probe);
  virtual ~CalcomCalls() = default;

  [[nodiscard]] virtual CalcomReads& reads() = 0;
  [[nodiscard]] virtual CalcomApi& changes() = 0;
  [[nodiscard]] virtual RequestGate::State state() const = 0;
  virtual void set_key(Secret key) = 0;
  // `body` and answer as daemon/calcom/api_call.hpp has them.
  virtual boost::asio::awaitable<ServerResponse> answer(std::string body) = 0;
  // What the command line asked for has a second to end, then it is interrupted.
  virtual void stop() = 0;

 protected:
  CalcomCalls() = default;
};

}  // namespace calsync
