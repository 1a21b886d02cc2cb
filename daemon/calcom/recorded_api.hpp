// Cal.com's API, with every change written down: a raw record of source `apply` before the call (the intent, on the
// disk before anything leaves) and one after it (what came of it). The same in the daemon and, where none runs, in
// the command line. The records name the operation, method, path and a hash of the body; nothing of a person.
//   {"record":"call.intent","operation":UUID,"method":"POST","path":"/v2/bookings/UID/cancel","bodyHash":SHA-256}
//   {"record":"call.result","operation":UUID,"status":200|null,"code":TEXT|null,"requestId":TEXT|null,"failed":TEXT|null}
// An intent without a result, or with `failed`: the call may have worked; only reading tells.
// Owner:    CalcomCalls, or a command.
// Runs on:  any thread.
// Blocks:   on the disk, twice, and as the API below does.
// Fails:    as the API, and as EventLog::append: then nothing was called.
#pragma once
#include "connectors/calcom/api.hpp"
#include "state/store/event_log.hpp"

namespace calsync {

class RecordedApi final : public CalcomApi {
 public:
  RecordedApi(CalcomApi& api, EventLog& log, Clock& clock) : api_(api), log_(log), clock_(clock) {}

  Result<ApiAnswer> get(std::string_view path, ApiUse use) override { return api_.get(path, use); }
  Result<ApiAnswer> send(std::string_view method, std::string_view path, std::string_view body,
                         ApiUse use) override;

 private:
  Result<Appended> write(std::string record);

  CalcomApi& api_;
  EventLog& log_;
  Clock& clock_;
};

}  // namespace calsync
