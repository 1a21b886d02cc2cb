#include "daemon/cli/webhook_sender.hpp"

#include "state/base/crypto.hpp"

#include <boost/json.hpp>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace calsync::cli {

namespace {
using Steady = std::chrono::steady_clock;

std::optional<std::uint64_t> sequence_in(const std::string& body) {
  boost::json::error_code bad;
  const auto value = boost::json::parse(body, bad);
  const auto* object = bad ? nullptr : value.if_object();
  const auto* sequence = object ? object->if_contains("sequence") : nullptr;
  if (sequence == nullptr) return std::nullopt;
  const auto number = sequence->to_number<std::uint64_t>(bad);
  return bad ? std::nullopt : std::optional(number);
}

const char* meaning(unsigned status) {
  switch (status) {
    case 401:
      return "signature not accepted (is it the source's secret?)";
    case 404:
      return "no such source";
    case 413:
      return "too large for this intake";
    case 429:
      return "too many bad signatures from here";
    case 503:
      return "the intake cannot take it now";
    default:
      return "refused";
  }
}

// The first line of a text for people; Cal.com reads none, the intake still says what was wrong.
std::string told_by(const HttpAnswer& answer) {
  constexpr std::size_t most = 200;
  if (!answer.header("Content-Type").starts_with("text/plain")) return "";
  return answer.body.substr(0, std::min(answer.body.find_first_of("\r\n"), most));
}

class Sender {
 public:
  Sender(const std::vector<Payload>& payloads, const SendOptions& options, std::stop_token stop)
      : payloads_(payloads),
        options_(options),
        stop_(std::move(stop)),
        total_(payloads.size() * options.repeat),
        results_(total_) {}

  void run(const std::function<void(std::uint64_t)>& told) {
    const std::size_t count = std::max<std::size_t>(1, std::min(options_.connections, total_));
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < count; ++i) threads.emplace_back([this] { work(); });
      std::unique_lock lock(mutex_);
      while (ended_ < count) {
        changed_.wait_for(lock, std::chrono::milliseconds{200});
        told(done_);
      }
    }
  }

  std::vector<Sent> results() {
    std::vector<Sent> all;
    for (auto& one : results_)
      if (one) all.push_back(std::move(*one));
    return all;
  }

 private:
  void work() {
    HmacKey key(options_.secret.reveal());
    HttpClientOptions client_options;
    client_options.timeout = options_.timeout;
    client_options.ca_file = options_.ca_file;
    client_options.body_limit = 64U << 10U;
    client_options.stop = stop_;
    auto client = HttpClient::to(options_.url, client_options);
    std::string round_name;
    std::vector<Payload> fresh;
    for (std::size_t index = 0; take(index);) {
      Sent sent;
      sent.payload = index % payloads_.size();
      if (client) {
        const auto& payload =
            options_.fresh ? fresh_payload(index, round_name, fresh) : payloads_[sent.payload];
        send_one(*client, key, payload, sent);
      } else {
        sent.error = client.error().what;
      }
      if (sent.status == 0 && stop_.stop_requested()) break;
      const std::lock_guard lock(mutex_);
      results_[index] = std::move(sent);
      ++done_;
    }
    const std::lock_guard lock(mutex_);
    ++ended_;
    changed_.notify_one();
  }

  const Payload& fresh_payload(std::size_t index, std::string& round_name,
                               std::vector<Payload>& fresh) const {
    const std::string name = run_id_ + "/" + std::to_string(index / payloads_.size());
    if (name != round_name) fresh = freshen(payloads_, name);
    round_name = name;
    return fresh[index % payloads_.size()];
  }

  // The next one to send, at its time: start + index / rate, on the steady clock.
  bool take(std::size_t& index) {
    std::unique_lock lock(mutex_);
    if (next_ >= total_ || stop_.stop_requested()) return false;
    index = next_++;
    if (options_.rate <= 0) return true;
    const auto at = start_ + std::chrono::duration_cast<Steady::duration>(
                                 std::chrono::duration<double>(static_cast<double>(index) / options_.rate));
    paced_.wait_until(lock, stop_, at, [] { return false; });
    return !stop_.stop_requested();
  }

  void send_one(HttpClient& client, HmacKey& key, const Payload& payload, Sent& sent) const {
    HttpRequest request;
    request.method = "POST";
    request.target = options_.url.target;
    request.body = payload.body;
    request.headers = {{"Content-Type", payload.content_type},
                       {"X-Cal-Signature-256", to_hex(key.sign(payload.body))}};
    if (!options_.version.empty()) request.headers.emplace_back("X-Cal-Webhook-Version", options_.version);
    for (const auto& header : options_.headers) request.headers.push_back(header);
    const auto answer = client.send(request);  // repeatable: the intake knows the bytes again
    if (!answer) {
      sent.error = answer.error().what;
      return;
    }
    sent.status = answer->status;
    if (sent.good())
      sent.sequence = sequence_in(answer->body);
    else
      sent.error = meaning(sent.status);
    if (const std::string told = sent.good() ? "" : told_by(*answer); !told.empty())
      sent.error += ": " + told;
  }

  const std::vector<Payload>& payloads_;
  const SendOptions& options_;
  const std::stop_token stop_;
  const std::size_t total_;
  const std::string run_id_ = random_uuid();
  const Steady::time_point start_ = Steady::now();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable_any paced_;
  std::size_t next_ = 0, done_ = 0, ended_ = 0;  // guarded by mutex_
  std::vector<std::optional<Sent>> results_;     // guarded by mutex_
};
}  // namespace

std::vector<Sent> send_all(const std::vector<Payload>& payloads, const SendOptions& options,
                           const std::stop_token& stop, const std::function<void(std::uint64_t done)>& told) {
  if (payloads.empty() || options.repeat == 0) return {};
  Sender sender(payloads, options, stop);
  sender.run(told);
  return sender.results();
}

}  // namespace calsync::cli
