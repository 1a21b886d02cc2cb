// The intake of a simulated daemon: what Session does with a connection, without one.
#include "connectors/webhook/admission.hpp"
#include "tests/sim/sim_daemon.hpp"

namespace calsync::sim {
namespace {

constexpr Ms room{2000};  // ListenerLimits
constexpr Ms look_again{50};

}  // namespace

void SimDaemon::post(std::string request, std::function<void(unsigned status)> answer) {
  if (!running()) return answer(0);
  const std::uint64_t client = ++parts_->next_client;
  parts_->clients.emplace(client, std::move(answer));
  later(Ms(0), [this, client, request = std::move(request)] { take(client, request); });
}

void SimDaemon::reply(std::uint64_t client, unsigned status) {
  const auto at = parts_->clients.find(client);
  if (at == parts_->clients.end()) return;
  const auto answer = std::move(at->second);
  parts_->clients.erase(at);
  answer(status);
}

void SimDaemon::take(std::uint64_t client, const std::string& sent) {
  const std::string request = request_with(around_.plant, sent, webhook_secret);
  const RequestRules rules;
  const HeadEnd end = find_head_end(request, 0, rules);
  RequestHead head;
  Admitted admitted;
  if (end.refusal || end.size == 0) return reply(client, 400);
  const auto refusal =
      admit(std::string_view(request).substr(0, end.size), rules, *parts_->sources, head, admitted);
  if (refusal) return reply(client, refusal->status);
  const std::string_view body = std::string_view(request).substr(end.size, admitted.content_length);
  if (!admitted.source->verify(admitted.signature, body)) return reply(client, 401);
  offer(client,
        {.source = RecordSource::webhook,
         .source_id = admitted.source->id(),
         .content_type = admitted.content_type,
         .received = parts_->clock.wall(),
         .body = std::string(body)},
        around_.world.now() + room);
}

void SimDaemon::offer(std::uint64_t client, RawDelivery delivery, Ms until) {
  const auto body = std::make_shared<RawDelivery>(delivery);
  const std::size_t size = delivery.body.size();
  parts_->queued_records += 1;
  parts_->queued_bytes += size;
  parts_->at_intake->append(std::move(delivery),
                            [=, this, life = parts_->life](const Result<Appended>& done) {
                              if (life->over) return;
                              parts_->queued_records -= 1;
                              parts_->queued_bytes -= size;
                              if (done) {
                                around_.oracle.acknowledged(*disk_, done->sequence, body->body);
                                return reply(client, 200);
                              }
                              if (done.error().code != Errc::unavailable || around_.world.now() >= until)
                                return reply(client, 503);
                              later(look_again, [=, this] { offer(client, *body, until); });
                            });
  around_.oracle.queued(parts_->queued_records, parts_->queued_bytes);
  if (parts_->writes || parts_->queued_records == 0) return;
  parts_->writes = true;
  later(Ms(around_.world.random.between(0, static_cast<std::uint64_t>(slowest_write.count()))),
        [this] { write_turn(); });
}

}  // namespace calsync::sim
