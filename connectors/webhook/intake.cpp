#include "connectors/webhook/intake.hpp"

#include "connectors/async/bugs.hpp"
#include "connectors/webhook/outcome.hpp"
#include "connectors/webhook/session.hpp"
#include "state/base/log.hpp"

#include <boost/asio/co_spawn.hpp>

namespace calsync {

namespace {

using std::chrono::milliseconds;

// The small buffers of all connections and what large bodies take beyond them stay below the limit together.
std::size_t growth_limit(const ListenerLimits& limits) {
  const std::size_t small = std::min(limits.connections * small_buffer_bytes, limits.body_bytes_in_flight);
  return std::max(limits.body_bytes_in_flight - small, limits.body_bytes);  // one must always be possible
}

RequestRules rules_of(const ListenerLimits& limits) {
  RequestRules rules;
  rules.body_bytes_max = limits.body_bytes;
  return rules;
}

}  // namespace

std::optional<std::size_t> LogLimit::take(std::chrono::steady_clock::time_point now) {
  if (now - since_ >= std::chrono::minutes{1}) {
    since_ = now;
    written_ = 0;
  }
  if (written_ >= most_) {
    ++left_out_;
    return std::nullopt;
  }
  ++written_;
  return std::exchange(left_out_, 0);
}

Intake::Intake(boost::asio::io_context& loop, ListenerLimits with, DeliverySink to, Clock& time,
               MetricRegistry& metrics)
    : io(loop),
      limits(with),
      rules(rules_of(with)),
      sink(std::move(to)),
      clock(time),
      probe(metrics),
      bad_signatures({.allowed = with.bad_signatures}),
      completions(std::make_shared<Completions>(loop)),
      date(http_date(time.wall())),
      budget_{.limit = growth_limit(with)} {}

void Intake::use(std::shared_ptr<SourceTable> table) {
  sources = std::move(table);
  for (const auto& source : sources->all()) probe.knows_source(source->id().value());
}

bool Intake::full() const {
  return quiet.size() + busy.size() >= limits.connections ||
         (budget_.limit > 0 && budget_.used >= budget_.limit);
}

// Who waits between requests goes first, then who was refused and does not leave, then who has sent no whole
// header for long or whose body crawls: a thousand silent clients may not keep out the one that has something
// to say (P24).
void Intake::make_room_for_one() {
  // Bodies are too large together: they must end first.
  if (quiet.size() + busy.size() >= limits.connections) shed_one();
}

void Intake::shed_one() {
  const auto at = std::ranges::find_if(
      quiet, [](Session* session) { return session->phase() == SessionPhase::linger || session->idle(); });
  if (at != quiet.end()) {
    probe.shed_idle.add();
    (*at)->shed();
  } else if (!quiet.empty() && clock.steady() - quiet.front()->since() >= limits.silent_when_full) {
    probe.shed_silent.add();
    quiet.front()->cut();
  } else {
    const Time now = clock.steady();
    const auto slow = std::ranges::find_if(busy, [now](const Session* each) { return each->crawls(now); });
    if (slow == busy.end()) return;
    probe.shed_silent.add();
    (*slow)->cut();
  }
}

void Intake::begin(Socket socket) {
  boost::system::error_code ec;
  const auto endpoint = socket.remote_endpoint(ec);
  if (ec) return;  // has left already
  const Address address = plain_address(endpoint.address());
  probe.accepted.add();
  Peer* peer = nullptr;
  if (!address.is_loopback() && !proxies.trusts(address)) {
    const ClientKey key = client_key(address);
    peer = &peers_[key];
    if (!address_may_connect(*peer, key)) {
      probe.shed_address.add();
      return;
    }
    ++peer->connections;
  }
  auto session = std::make_shared<Session>(shared_from_this(), std::move(socket), address, peer);
  session->place = quiet.insert(quiet.end(), session.get());
  boost::asio::co_spawn(io, session->run(session), BugsToTheLoop{});
}

bool Intake::address_may_connect(Peer& peer, const ClientKey& key) {
  if (peer.connections < limits.connections_per_address) return true;
  const auto at = std::ranges::find_if(
      quiet, [&](Session* session) { return session->idle() && client_key(session->address()) == key; });
  if (at == quiet.end()) return false;
  probe.shed_idle.add();
  (*at)->shed();
  return true;
}

void Intake::ended(Session& session) {
  if (Peer* peer = session.peer(); peer != nullptr && --peer->connections == 0)
    peers_.erase(client_key(session.address()));
  Sessions& list = session.phase() <= SessionPhase::linger ? quiet : busy;
  list.erase(session.place);
  room_for_connections.wake();
  if (draining && empty()) on_ended();
}

bool Intake::grow(Peer* peer, std::size_t bytes) {
  // One address may not take all: it could hold it for as long as a body may last.
  if (peer != nullptr && peer->grown + bytes > std::max(budget_.limit / 4, limits.body_bytes)) return false;
  if (!budget_.take(bytes)) return false;
  if (peer != nullptr) peer->grown += bytes;
  return true;
}

void Intake::shrink(Peer* peer, std::size_t bytes) {
  budget_.give(bytes);
  if (peer != nullptr) peer->grown -= bytes;
  wake_room_waiters(1);
  room_for_connections.wake();
}

void Intake::one_was_accepted() {
  if (!room_waiters_.empty()) wake_room_waiters(1);
}

void Intake::wake_room_waiters(std::size_t count) {
  for (; count > 0 && !room_waiters_.empty(); --count) {
    if (const auto session = room_waiters_.front().lock()) session->wake();
    room_waiters_.pop_front();
  }
}

milliseconds Intake::tick() const {
  const milliseconds shortest = std::min({limits.header, limits.body, limits.idle, limits.write,
                                          limits.linger, limits.room, limits.silent_when_full});
  return std::clamp(shortest / 10, milliseconds{2}, milliseconds{50});
}

void Intake::sweep() {
  const Time now = clock.steady();
  for (Session* const session : quiet) session->check_deadline(now);
  for (Session* const session : busy) session->check_deadline(now);
  date = http_date(clock.wall());
  probe.connections.set(static_cast<double>(quiet.size() + busy.size()));
  probe.body_bytes.set(static_cast<double>(body_bytes));
  probe.waiting_for_room.set(static_cast<double>(room_waiters_.size()));
  wake_room_waiters(room_waiters_.size());
  room_for_connections.wake();
}

bool Intake::somebody_may_return() const {
  const auto kept = [](const Session* session) { return session->kept(); };
  return std::ranges::any_of(quiet, kept) || std::ranges::any_of(busy, kept);
}

void Intake::drain() {
  draining = true;
  const Time now = clock.steady();
  for (Session* const session : quiet) session->drain(now);
  room_for_connections.wake();
}

void Intake::stop() {
  leaving = draining = true;
  on_ended = [] {};
  completions->close();
  for (Session* const session : quiet) session->cut();
  for (Session* const session : busy) session->cut();
  room_waiters_.clear();
  room_for_connections.wake();
}

void Intake::warn_bad_signature(const SourceId& source, const Address& client) {
  if (const auto left_out = bad_signature_lines_.take(clock.steady()))
    log::warning("a request's signature is missing or wrong",
                 {log::field("source", source.value()), log::field("client", client.to_string()),
                  log::field("not_shown", static_cast<std::uint64_t>(*left_out))});
}

}  // namespace calsync
