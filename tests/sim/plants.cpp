#include "tests/sim/plants.hpp"

#include "state/views/chain.hpp"
#include "state/views/value_codec.hpp"
#include "tests/sim/forwarding_log.hpp"
#include "tests/sim/sim_disk.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <deque>

namespace calsync::sim {
namespace {

// --- rules ---

Normalised created_at_required(const RawRecord& record, ViewTable& views, EventSequence first_event) {
  if (record.body->find("\"createdAt\"") != std::string::npos)
    return all_rules().back()(record, views, first_event);
  Normalised out;
  out.summary.outcome = RecordOutcome::quarantined;
  out.summary.reason = "no createdAt";
  return out;
}

std::string uid_in(const std::string& body) {
  constexpr std::string_view name = R"("uid":")";
  const auto at = body.rfind(name);
  if (at == std::string::npos) return {};
  const auto begin = at + name.size();
  return body.substr(begin, body.find('"', begin) - begin);
}

Normalised late_created_revives(const RawRecord& record, ViewTable& views, EventSequence first_event) {
  if (record.body->find("BOOKING_CREATED") != std::string::npos) {
    const std::string uid = uid_in(*record.body);
    const auto row = load_booking(views, uid);
    if (row && row->status.value == BookingStatus::cancelled && !row->rescheduled_to.value)
      views.erase(booking_row_key(uid));
  }
  return all_rules().back()(record, views, first_event);
}

Normalised key_without_chain(const RawRecord& record, ViewTable& views, EventSequence first_event) {
  Normalised out = all_rules().back()(record, views, first_event);
  for (EventRecord& event : out.events) {
    if (event.topic != Topic::bookings) continue;
    const std::string row = "planted/" + event.subject;
    std::uint64_t count = 0;
    if (const auto known = views.get(row)) {
      std::string_view bytes = *known;
      take_varint(bytes, count);
    }
    std::string bytes;
    put_varint(bytes, ++count);
    views.put(row, std::move(bytes));
    event.key = EventKey{event.subject};
    event.key_sequence = KeySequence{count};
  }
  return out;
}

// A version for each there is: else a rebuild at the end finds that, and not the bug.
using Planted = std::array<Rules, normaliser_version>;
constexpr Planted in_all_versions(Rules rules) {
  Planted out{};
  out.fill(rules);
  return out;
}
constexpr Planted without_created_at = in_all_versions(created_at_required);
constexpr Planted reviving = in_all_versions(late_created_revives);
constexpr Planted chainless = in_all_versions(key_without_chain);

// --- the log, as the intake sees it ---

class DedupeByUid final : public ForwardingLog {
 public:
  using ForwardingLog::ForwardingLog;
  void append(RawDelivery delivery, OnAppended done) override {
    const std::string uid = uid_in(delivery.body);
    if (const auto known = known_.find(uid); !uid.empty() && known != known_.end())
      return done(Appended{known->second, true});
    ForwardingLog::append(std::move(delivery),
                          [this, uid, done = std::move(done)](Result<Appended> appended) {
                            if (appended) known_.emplace(uid, appended->sequence);
                            done(std::move(appended));
                          });
  }

 private:
  std::map<std::string, RawSequence> known_;
};

class UnboundedQueue final : public ForwardingLog {
 public:
  using ForwardingLog::ForwardingLog;
  void append(RawDelivery delivery, OnAppended done) override {
    waiting_.push_back({std::move(delivery), std::move(done)});
    pass_on();
  }

 private:
  struct Waiting {
    RawDelivery delivery;
    OnAppended done;
  };
  void pass_on() {
    if (std::exchange(passing_, true)) return;
    for (bool refused = false; !waiting_.empty() && !refused;) {
      const auto next = std::make_shared<Waiting>(std::move(waiting_.front()));
      waiting_.pop_front();
      const auto full = std::make_shared<bool>(false);
      ForwardingLog::append(next->delivery, [this, next, full](Result<Appended> appended) {
        *full = !appended && appended.error().code == Errc::unavailable;
        if (*full) return;
        next->done(std::move(appended));
        pass_on();
      });
      refused = *full;
      if (refused) waiting_.push_front(std::move(*next));
    }
    passing_ = false;
  }
  std::deque<Waiting> waiting_;
  bool passing_ = false;
};

// --- Kafka ---

class PlantedTransactions final : public Transactions {
 public:
  PlantedTransactions(Plant plant, std::unique_ptr<Transactions> real, SimCluster& cluster)
      : plant_(plant), real_(std::move(real)), cluster_(cluster) {}
  KafkaError init(Slice slice) override { return real_->init(slice); }
  KafkaError begin() override {
    cursor_.reset();
    return real_->begin();
  }
  KafkaError produce(const KafkaMessage& message, Slice slice) override {
    if (plant_ == Plant::cursor_outside_transaction && message.topic.ends_with("cursor")) {
      cursor_ = message;
      return {};
    }
    KafkaError error = real_->produce(message, slice);
    const bool ignored = (plant_ == Plant::ignored_produce_error && error.kind == KafkaClass::abortable) ||
                         (plant_ == Plant::poison_skipped && error.kind == KafkaClass::poison);
    return ignored ? KafkaError{} : error;
  }
  KafkaError commit(Slice slice) override {
    KafkaError error = real_->commit(slice);
    if (error.ok() && cursor_) cluster_.append_alone(*std::exchange(cursor_, std::nullopt));
    return error;
  }
  KafkaError abort(Slice slice) override { return real_->abort(slice); }

 private:
  const Plant plant_;
  const std::unique_ptr<Transactions> real_;
  SimCluster& cluster_;
  std::optional<KafkaMessage> cursor_;
};

class PlantedBroker final : public Broker {
 public:
  PlantedBroker(Plant plant, std::unique_ptr<Broker> real, SimCluster& cluster)
      : plant_(plant), real_(std::move(real)), cluster_(cluster) {}
  Result<std::vector<TopicFacts>> describe(const std::vector<std::string>& topics) override {
    return real_->describe(topics);
  }
  Result<void> create(const std::vector<TopicSpec>& topics) override { return real_->create(topics); }
  Result<std::optional<CursorRecord>> read_cursor(const std::string& topic) override {
    return real_->read_cursor(topic);
  }
  Result<std::optional<std::string>> first_with_records(const std::vector<std::string>& topics) override {
    return real_->first_with_records(topics);
  }
  Result<std::unique_ptr<Transactions>> open(const std::string& transactional_id,
                                             const std::vector<std::string>& topics) override {
    CALSYNC_TRY(real, "open", real_->open(transactional_id, topics));
    return std::unique_ptr<Transactions>(
        std::make_unique<PlantedTransactions>(plant_, std::move(real), cluster_));
  }
  [[nodiscard]] std::string bootstrap() const override { return real_->bootstrap(); }

 private:
  const Plant plant_;
  const std::unique_ptr<Broker> real_;
  SimCluster& cluster_;
};

}  // namespace

std::optional<Plant> plant_named(std::string_view name) {
  const auto at = std::ranges::find(plant_names, name);
  if (at == plant_names.end()) return std::nullopt;
  return static_cast<Plant>(at - plant_names.begin());
}

RulesByVersion rules_with(Plant plant) {
  switch (plant) {
    case Plant::created_at_required:
      return without_created_at;
    case Plant::late_created_revives:
      return reviving;
    case Plant::key_without_chain:
      return chainless;
    default:
      return all_rules();
  }
}

std::unique_ptr<EventLog> intake_with(Plant plant, EventLog& log) {
  if (plant == Plant::dedupe_by_uid) return std::make_unique<DedupeByUid>(log);
  if (plant == Plant::unbounded_queue) return std::make_unique<UnboundedQueue>(log);
  return std::make_unique<ForwardingLog>(log);
}

std::unique_ptr<Broker> broker_with(Plant plant, std::unique_ptr<Broker> broker, SimCluster& cluster) {
  if (plant != Plant::ignored_produce_error && plant != Plant::cursor_outside_transaction &&
      plant != Plant::poison_skipped)
    return broker;
  return std::make_unique<PlantedBroker>(plant, std::move(broker), cluster);
}

std::string request_with(Plant plant, std::string request, std::string_view secret) {
  if (plant != Plant::signature_prefix) return request;
  constexpr std::string_view name = "X-Cal-Signature-256: ";
  const auto at = request.find(name);
  const auto body = request.find("\r\n\r\n");
  if (at == std::string::npos || body == std::string::npos) return request;
  const auto begin = at + name.size(), end = request.find("\r\n", begin);
  HmacKey key(secret);
  const std::string right = to_hex(key.sign(std::string_view(request).substr(body + 4)));
  const std::string claimed = request.substr(begin, end - begin);
  if (!claimed.empty() && right.starts_with(claimed)) request.replace(begin, end - begin, right);
  return request;
}

}  // namespace calsync::sim
