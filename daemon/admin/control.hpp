// The control socket: how the command line talks to a running daemon (DESIGN §12.1). Both sides include this file.
// HTTP/1.1 over the unix socket <log.path>/control.sock (0600: who may open it may do all; no token, no Host check).
// Nobody listening (ENOENT, ECONNREFUSED) = no daemon runs on that log: the caller takes the log's own lock instead.
//
// All admin routes, the same as on admin.listen (there a token is asked where admin.token is set):
//   GET /healthz                200 {"status":"ok"}            the process and its loops answer
//   GET /readyz                 200 or 503 {"ready":bool,"notReady":["kafka: the cursor has not been read yet", …]}
//   GET /metrics                Prometheus text 0.0.4
//   GET /api/v1/status          {"version":"0.1.0","startedAt":T,"settings":FILE,
//                                "log":{"path":DIR,"id":UUID,"rawHead":n,"eventHead":n,"normalised":n,"quarantined":n},
//                                "publisher":{"mode":"cluster"|"embedded (demo broker in this process)",
//                                             "state":"starting|publishing|waiting_for_broker|stood_down|refused|stopped",
//                                             "published":n,"lag":n,"generation":n,"lastError":TEXT|null,
//                                             "bootstrap":"host:port"|null}|null,      null: not built yet (starting)
//                                "intake":{"listening":"127.0.0.1:8787"|null,"connections":n},
//                                "admin":{"listening":"127.0.0.1:9464"|null},
//                                "conditions":[CONDITION…],"ready":bool,"notReady":[TEXT…]}
//   GET /api/v1/conditions      [CONDITION…], [] when all is well; CONDITION =
//                               {"component":"intake|publisher|projector|settings|log|calcom|config_repo",
//                                "severity":"info|warning|error","message":TEXT,"since":T}
//   GET /api/v1/events          ?topic= &type= &key= &subject= &booking= &since=T &until=T &after=n &limit=n &wait=10s
//                               {"items":[EVENT…],"next":n,"more":bool,"head":n}
//       EVENT = {"sequence":n,"rawSequence":n,"topic":"bookings","key":TEXT,"keySequence":n,"type":"booking.created",
//                "subject":TEXT,"time":T,"origin":"webhook|poll|apply","hash":64 hex digits,"value":JSON|null}
//       Ascending by sequence. `next` goes into `after` of the next call, also where no item fitted; `more`: the log had
//       more events past `next` when it answered. limit 1..1000, default 100. `wait` (at most 60s): nothing there yet =
//       hold the answer until an event comes. `type` may end in `*`, may begin with `calsync.`; `booking` = that uid is
//       the event's subject or key; since <= time < until. value is null where the event was erased on request.
// Only here, not on admin.listen:
//   POST   /control/checkpoint            201 {"path":DIR}  a consistent copy (hard links) to open read-only; yours until
//   DELETE /control/checkpoint?path=DIR   204               you delete it, or the daemon starts again
//   POST   /control/retry {"sequences":[n,…]}  at most 1000; reads those quarantined raw records again
//          200 {"retried":[{"sequence":n,"record":m,"outcome":OUTCOME,"reason":TEXT}…]}, in the order asked;
//          `record` is the raw record that asked for it, OUTCOME as in RecordOutcome ("event", "no_change", "nothing",
//          "quarantined", "erased"), or "not_quarantined" (record null: nothing was appended) or "pending" (not read
//          within 30 s: the record is durable and will be).
// T = "2026-11-20T09:30:00.000Z". Errors: status >= 400 and {"error":{"code":TEXT,"message":TEXT}}; codes: bad_request,
// unauthorised, forbidden, not_found, method_not_allowed, too_large, unavailable, internal.
#pragma once
#include "state/base/error.hpp"

#include <filesystem>
#include <string>

namespace calsync {

inline constexpr std::size_t retry_sequences_max = 1000;

std::filesystem::path control_socket_path(const std::filesystem::path& log_path);

// A name for connect() and bind() that always fits sockaddr_un (107 bytes): a longer path goes through
// /proc/self/fd/N of its folder. Keep the object until the call is over.
class SocketName {
 public:
  static Result<SocketName> of(const std::filesystem::path& socket);  // fails: not_found (no such folder), io
  ~SocketName();
  SocketName(SocketName&& other) noexcept;
  SocketName& operator=(SocketName&& other) noexcept;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  SocketName() = default;
  std::string text_;
  int folder_ = -1;  // kept open while text_ goes through it
};

}  // namespace calsync
