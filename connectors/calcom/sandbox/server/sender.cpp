#include "connectors/calcom/sandbox/server/sender.hpp"

#include "connectors/http/client.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

using namespace std::chrono_literals;

constexpr auto held_back_most = 2s;  // a delivery that is to be overtaken, where no other comes

const char* name_of(DeliveryFault fault) {
  switch (fault) {
    case DeliveryFault::drop:
      return "dropped";
    case DeliveryFault::duplicate:
      return "sent twice";
    case DeliveryFault::reorder:
      return "held back";
    case DeliveryFault::late:
      return "late";
    case DeliveryFault::none:
      break;
  }
  return "none";
}

}  // namespace

Sender::Sender(FaultRates rates, std::uint64_t seed)
    : faults_(rates, seed), thread_([this](const std::stop_token& stop) { run(stop); }) {}

Sender::~Sender() = default;

void Sender::add(std::vector<Delivery> deliveries) {
  const std::lock_guard lock(mutex_);
  for (Delivery& delivery : deliveries) {
    const DeliveryFault fault = faults_.next_delivery();
    log_.push_back({{"n", log_.size() + 1},
                    {"trigger", delivery.trigger},
                    {"uid", delivery.uid},
                    {"url", delivery.url},
                    {"createdAt", delivery.created_at},
                    {"fault", name_of(fault)},
                    {"attempts", json::array{}}});
    if (fault == DeliveryFault::drop) continue;
    Item item{Steady::now(), log_.size() - 1, std::move(delivery), fault == DeliveryFault::reorder};
    if (fault == DeliveryFault::late) item.due += faults_.rates().late_by;
    if (fault == DeliveryFault::reorder) item.due += held_back_most;
    if (fault == DeliveryFault::duplicate) queue_.push_back(item);
    queue_.push_back(std::move(item));
  }
  wake_.notify_all();
}

json::array Sender::log() const {
  const std::lock_guard lock(mutex_);
  json::array all;
  for (const Row& row : log_) all.emplace_back(row);
  return all;
}

std::size_t Sender::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size() + sending_;
}

// In the order in which they came, but for those that are not due.
std::deque<Sender::Item>::iterator Sender::next_due() {
  const auto now = Steady::now();
  return std::find_if(queue_.begin(), queue_.end(), [&](const Item& item) { return item.due <= now; });
}

bool Sender::take(std::unique_lock<std::mutex>& lock, const std::stop_token& stop, Item& item) {
  while (!stop.stop_requested()) {
    if (const auto at = next_due(); at != queue_.end()) {
      item = std::move(*at);
      queue_.erase(at);
      sending_ = 1;
      return true;
    }
    const auto soonest = std::min_element(queue_.begin(), queue_.end(),
                                          [](const Item& a, const Item& b) { return a.due < b.due; });
    const auto until = soonest == queue_.end() ? Steady::now() + 1h : soonest->due;
    const std::size_t known = log_.size();
    wake_.wait_until(lock, stop, until, [&] { return log_.size() != known; });
  }
  return false;
}

void Sender::run(const std::stop_token& stop) {
  for (Item item;;) {
    {
      std::unique_lock lock(mutex_);
      if (!take(lock, stop, item)) return;
    }
    send(item, stop);
    const std::lock_guard lock(mutex_);
    sending_ = 0;
    if (item.behind_next) continue;
    for (Item& held : queue_) {  // it has been overtaken, unless what went was under way before it came
      if (!held.behind_next || held.n > item.n) continue;
      held.due = Steady::now();
      held.behind_next = false;
    }
  }
}

void Sender::send(const Item& item, const std::stop_token& stop) {
  json::object attempt{{"n", ++attempts_}, {"at", to_text(SystemClock().wall())}};
  const auto url = parse_http_url(item.delivery.url);
  const auto answered = [&]() -> Result<HttpAnswer> {
    if (!url) return url.error();
    auto known = clients_.find(url->origin());
    if (known == clients_.end()) {
      HttpClientOptions options;
      options.timeout = 10s;
      options.stop = stop;
      CALSYNC_TRY(client, "deliver", HttpClient::to(*url, std::move(options)));
      known = clients_.emplace(url->origin(), std::move(client)).first;
    }
    HttpRequest request{.method = "POST", .target = url->target, .body = item.delivery.body};
    request.headers = {{"Content-Type", item.delivery.content_type},
                       {"X-Cal-Signature-256", item.delivery.signature}};
    return known->second.send(request);
  }();
  if (answered)
    attempt["status"] = answered->status;
  else
    attempt["error"] = answered.error().what;
  const std::lock_guard lock(mutex_);
  log_[item.n]["attempts"].as_array().push_back(std::move(attempt));
}

}  // namespace calsync::sandbox
