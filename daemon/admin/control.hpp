// The control socket: how the command line talks to a running daemon (DESIGN §12.1). Both sides include this
// file. HTTP/1.1 over the unix socket <log.path>/control.sock (0600: who may open it may do all; no token, no
// Host check). Nobody listening (ENOENT, ECONNREFUSED): no daemon runs on that log, so the caller takes the
// log's own lock instead.
//
// clang-format off
// All admin routes, the same as on admin.listen (there a token is asked where admin.token is set):
//   GET /healthz            200 {"status":"ok"}                the process and its loops answer
//   GET /readyz             200 or 503 {"ready":bool,"notReady":["kafka: …", …]}
//   GET /metrics            Prometheus text 0.0.4
//   GET /api/v1/status      {"version":"0.1.0","startedAt":T,"settings":FILE,
//                            "log":{"path":DIR,"id":UUID,"rawHead":n,"eventHead":n,"normalised":n,"quarantined":n},
//                            "publisher":{"mode":"cluster"|"embedded (demo broker in this process)",
//                                         "state":"starting|publishing|waiting_for_broker|stood_down|refused|stopped",
//                                         "published":n,"lag":n,"generation":n,"lastError":TEXT|null,
//                                         "bootstrap":"host:port"|null}|null,  null: `kafka` is not in the settings
//                            "intake":{"listening":"127.0.0.1:8787"|null,"connections":n},
//                            "admin":{"listening":"127.0.0.1:9464"|null},
//                            "poll":{"lastGood":T|null,"nextAt":T|null,"sweepShare":0..1|null,"polls":n,"found":n,
//                                    "lastError":TEXT|null}|null,  null: Cal.com is not polled; `found`: changes no webhook told
//                            "reconcile":{"mode":TEXT,"branch":TEXT,"seen":COMMIT|null,"inForce":COMMIT|null,"applied":COMMIT|null,
//                                         "lastLook":T|null,"nextLook":T|null,"changes":n,"drifted":n,"refused":n,"held":n,
//                                         "suspended":[{"address":PATTERN,"reason":TEXT|null,"since":T}…],
//                                         "conditions":[{"type":"Ready|Reconciling|Stalled|Drifted","status":bool,
//                                                        "reason":WORD|null,"message":TEXT|null,"since":T|null}…]}|null,
//                                         null: nothing is reconciled
//                            "conditions":[CONDITION…],"ready":bool,"notReady":[TEXT…]}
//   GET /api/v1/conditions  [CONDITION…], [] when all is well. CONDITION =
//                           {"component":"intake|publisher|projector|settings|log|disk|backup|rejoin|quarantine|calcom|reconcile|drift|kafka",
//                            "severity":"info|warning|error","message":TEXT,"since":T}
//   GET /api/v1/events      ?topic=&type=&key=&subject=&booking=&person=&trigger=&since=W&until=W&occurred_since=W&
//                            occurred_until=W&from_seq=n&to_seq=n&after=n&limit=n&wait=10s
//                           {"items":[EVENT…],"next":n,"more":bool,"head":n}
//     EVENT = {"sequence":n,"rawSequence":n,"topic":"bookings","key":TEXT,"keySequence":n,"type":"booking.created",
//              "subject":TEXT,"time":T,"origin":"webhook|poll|apply","hash":64 hex digits,"value":JSON|null}
//     Ascending by sequence. `next` goes into `after` of the next call, also where no item fitted; `more`: the log
//     had more events past `next` when it answered (one call looks at a bounded number of them). limit 1..1000,
//     default 100; a page ends early at 1 MiB. `wait` (at most 60s): where nothing fits yet, the answer is held until something
//     does or the client ends its sending; at most 32 requests wait at a time (503 with Retry-After). `type`
//     may end in `*` and may begin with `calsync.`; `booking`: a booking event's subject or key is that uid, or one that
//     it was rescheduled to; `person`: made from a record that mentions this e-mail address. W = T, a date, "now" or how
//     long ago ("2h"): since <= w < until, by when the log took the record that the event was made from; occurred_*: by
//     the event's own time. value is null where the event was erased on request.
//     With Accept: text/event-stream: those events and each new one as server-sent events (id: its sequence, data: EVENT);
//     Last-Event-ID goes on behind it; at most 16 streams (503 with Retry-After).
//   GET /api/v1/bookings    ?uid=&chain=&host=&attendee=&eventType=&team=&status=&from=W&to=W&since=W&text=&after=&limit=n
//                           {"items":[BOOKING…],"next":TEXT|null,"more":bool,"head":n}
//     BOOKING as in topic booking-state, as it is known now; ascending by uid. `next` goes into `after` of the next call,
//     also where no item fitted; `more`: the search was not at its end (one call looks at 5,000 bookings at most).
//     limit 1..1000, default 100; a page ends early at 1 MiB. from, to: of the start; `since`: Cal.com said something
//     of it then or later; `status` may be given more than once.
//   GET /api/v1/people      the same filters
//                           {"items":[PERSON…],"next":EMAIL|null,"more":bool,"head":n}, PERSON as people_seen.hpp has it
//   GET /api/v1/plan, /api/v1/drift   the reconciler's last plan and drift, as DESIGN §6 has plans; 404 where nothing is
//                           reconciled, 503 before the first look
//   GET /api/v1/quarantine  {"items":[{"sequence":n,"received":T|null,"reason":TEXT,"normaliserVersion":n}…],"count":n}
//                           at most 200, the oldest first
//   POST /api/v1/retry      as POST /control/retry; on admin.listen only where admin.token is set (403 else)
// Only here, not on admin.listen:
//   POST   /control/reload               202: secrets and certificates are read again, as at a SIGHUP
//   POST   /control/reconcile            202: the reconciler looks at once; 503 where there is none
//   POST   /control/checkpoint           201 {"path":DIR}  a consistent copy (hard links), to be opened read-only:
//   DELETE /control/checkpoint?path=DIR  204               yours until you delete it, or the daemon starts
//                                                        again, or a day is over. Of at most 16 at a time, a
//          further one takes the place of those whose process has ended (the one that connected to the socket), or
//          else of the oldest
//   POST   /control/poll                                   asks for a full sweep of Cal.com at once; as GET, as of before it
//          202; 503 where nothing is polled
//   GET    /control/poll                                   {"polls":n,"found":n,"lastError":TEXT|null}  polls that have ended,
//          and changes that they found, since the daemon started; lastError: of the last poll
//   POST   /control/backup {"directory":DIR,"keep":n}      begins a backup; either may be missing: as in the settings
//          202 {"run":n}; 503 while another one is made. It goes on when the asker is gone
//   GET    /control/backup                                 {"run":n,"running":bool,"share":0..1,"error":TEXT|null,
//                                                        "backup":BACKUP|null}  the newest good one, and what became
//          of the last one. BACKUP = {"id":n,"taken":T,"log":UUID,"raw":n,"event":n,"normalised":n,"bytes":n,"verified":bool}
//   POST   /control/forget {"email":TEXT}                  begins the erasure of a person (DESIGN 12.5)
//          202 {"run":n}; 503 while another one is under way. It goes on when the asker is gone
//   GET    /control/forget                                 {"run":n,"running":bool,"share":0..1,"error":TEXT|null,"code":ERRC|null,
//          "forgotten":{"records":n,"events":n,"bookings":[UID…],"rows":n,"namedInTheOpen":n,"upto":n,"obstacles":[]}|null}  of the last one
//   POST   /control/applied RECORD                         a record of the ownership register (state/views/register.hpp)
//          200 {"sequence":n} once it is on the disk
//   POST   /control/retry {"sequences":[n,…]}              reads these quarantined raw records again, at most 1000
//          200 {"retried":[{"sequence":n,"record":m|null,"outcome":OUTCOME,"reason":TEXT}…]}, in the order asked,
//          each once.
//          `record` is the raw record that asked for it; OUTCOME is a RecordOutcome ("event", "no_change",
//          "nothing", "quarantined", "erased"), or "not_quarantined" (nothing was appended), "failed", or "pending" (not
//          read within 30 s: it is durable and will be).
//   POST   /control/calcom {"method":TEXT,"path":TEXT,"body":TEXT,"use":"poll|interactive|apply|drift"}
//          one call to Cal.com's API out of the daemon's budget, which it may wait for; a change is recorded in the log.
//          200 {"status":n,"body":TEXT,"code":TEXT,"message":TEXT,"requestId":TEXT,"serverLimit":n,"serverLeft":n}, whatever Cal.com answered, or
//          {"failed":{"code":ERRC,"message":TEXT,"retryAfter":seconds|null}} where it did not; 503: no calcom.api_key
// T = "2026-11-20T09:30:00.000Z". Errors: status >= 400 and {"error":{"code":TEXT,"message":TEXT}}; codes:
// bad_request, unauthorised, forbidden, not_found, method_not_allowed, too_large, unavailable, internal.
// clang-format on
#pragma once
#include "connectors/http/listen.hpp"  // SocketName: a socket path that always fits

#include <filesystem>

namespace calsync {

inline constexpr std::size_t retry_sequences_max = 1000;

inline std::filesystem::path control_socket_path(const std::filesystem::path& log_path) {
  return log_path / "control.sock";
}

}  // namespace calsync
