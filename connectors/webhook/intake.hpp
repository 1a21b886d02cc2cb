// What the connections of one listener share: limits and what they count, sources, the sink, and who makes
// room.
// Owner:    the listener and its sessions, together.
// Runs on:  the loop only.
// Blocks:   never.
// Promises: no limit of RELIABILITY §3.3 is passed; a client is refused only after idle and silent ones have
//           gone.
// Fails:    begin() closes a connection that its address has too many of.
#pragma once
#include "connectors/async/wakeup.hpp"
#include "connectors/http/stream.hpp"
#include "connectors/webhook/bad_signatures.hpp"
#include "connectors/webhook/body_buffer.hpp"
#include "connectors/webhook/completions.hpp"
#include "connectors/webhook/intake_probe.hpp"
#include "connectors/webhook/signature.hpp"

#include <deque>
#include <list>
#include <unordered_map>

namespace calsync {

class Session;
using Sessions = std::list<Session*>;  // each is owned by its own coroutine

// One client address, while it is connected; not kept for loopback and trusted proxies.
struct Peer {
  std::size_t connections = 0;
  std::size_t grown = 0;  // of BodyBudget
};

// At most `most` lines a minute; the next minute's first line says how many were left out.
class LogLimit {
 public:
  explicit LogLimit(std::size_t most) : most_(most) {}
  // Lines left out before this one.
  std::optional<std::size_t> take(std::chrono::steady_clock::time_point now);

 private:
  std::size_t most_, written_ = 0, left_out_ = 0;
  std::chrono::steady_clock::time_point since_{};
};

class Intake : public std::enable_shared_from_this<Intake> {
 public:
  using Socket = HttpStream::Socket;
  using Time = std::chrono::steady_clock::time_point;

  Intake(boost::asio::io_context& loop, ListenerLimits with, DeliverySink to, Clock& time,
         MetricRegistry& metrics);

  void use(std::shared_ptr<SourceTable> table);

  // For who accepts.
  [[nodiscard]] bool full() const;
  void make_room_for_one();  // who is shed has left when `room_for_connections` wakes
  void shed_one();           // also where places are left: the machine may have no descriptor for them
  void begin(Socket socket);
  Wakeup room_for_connections;

  // Once per tick: deadlines, the date, the gauges, and a try for those that wait.
  void sweep();
  [[nodiscard]] std::chrono::milliseconds tick() const;

  [[nodiscard]] bool somebody_may_return() const;  // on a connection that was kept
  void drain();                                    // idle connections end now, others with their answer
  void stop();  // all end now; answers of the sink that are still to come are dropped
  [[nodiscard]] bool empty() const { return quiet.empty() && busy.empty(); }

  // For sessions.
  bool grow(Peer* peer, std::size_t bytes);
  void shrink(Peer* peer, std::size_t bytes);
  void wait_for_room(std::weak_ptr<Session> session) { room_waiters_.push_back(std::move(session)); }
  void one_was_accepted();
  void ended(Session& session);
  void warn_bad_signature(const SourceId& source, const Address& client);

  boost::asio::io_context& io;
  const ListenerLimits limits;
  const RequestRules rules;
  const DeliverySink sink;
  Clock& clock;
  IntakeProbe probe;
  std::shared_ptr<SourceTable> sources;
  std::optional<PushHook> pushes;
  TlsContext tls;  // null: plain
  TrustedProxies proxies;
  BadSignatures bad_signatures;
  std::shared_ptr<Completions> completions;
  RequestHead head;  // the one just judged; no session keeps it over a wait
  std::string date;
  std::size_t body_bytes = 0;  // of bodies in flight, for the gauge
  bool leaving = false;        // connections are no longer kept
  bool draining = false;       // none is taken any more
  Sessions quiet;              // have sent no whole request: who has been so longest is first
  Sessions busy;               // the others
  std::function<void()> on_ended = [] {};

 private:
  [[nodiscard]] bool address_may_connect(Peer& peer, const ClientKey& key);
  void wake_room_waiters(std::size_t count);

  std::unordered_map<ClientKey, Peer, ClientKeyHash> peers_;
  BodyBudget budget_;
  std::deque<std::weak_ptr<Session>> room_waiters_;
  LogLimit bad_signature_lines_{10};
};

}  // namespace calsync
